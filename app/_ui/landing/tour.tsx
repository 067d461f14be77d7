import type { StreetView } from '#server/demo/street.service.ts';
import { landing } from './landing-words.ts';

/** Three steps to the first cashback; each is ticked off when the street shows that it was done. */
export function Tour({ progress }: { progress: StreetView['tour'] }) {
  const done = [
    progress.isPlugged || progress.isPaid,
    progress.hasWish,
    progress.isPaid,
  ];
  const next = done.indexOf(false);
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="tour">
      <h2 id="tour" className="text-lg font-semibold">
        {landing.tourTitle}
      </h2>
      <ol className="flex flex-col gap-3">
        {landing.tour.map(({ title, text }, index) => (
          <li key={title} className="flex gap-3" aria-current={index === next ? 'step' : undefined}>
            <span
              aria-hidden="true"
              className={`grid size-7 shrink-0 place-items-center rounded-full border text-sm font-semibold ${done[index] === true ? 'border-gain bg-gain text-surface' : 'border-edge'}`}
            >
              {done[index] === true ? '✓' : index + 1}
            </span>
            <span>
              <span className="font-semibold">{title}</span>{' '}
              {done[index] === true && <span className="sr-only">{landing.stepDone}</span>}
              <span className="text-soft">{text}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
