import { SectionCard } from '../_ui/section-card.tsx';
import { adminWords } from './admin-words.ts';

type StepKey = 'site' | 'station' | 'programme' | 'card';
const order: readonly StepKey[] = ['site', 'station', 'programme', 'card'];

/** What is still missing before a car can earn; gone once nothing is. */
export function Steps({ done }: { done: Record<StepKey, boolean> }) {
  if (order.every((key) => done[key])) return null;
  return (
    <SectionCard id="steps" title={adminWords.steps.title}>
      <ol className="grid gap-2 sm:grid-cols-2">
        {order.map((key, index) => (
          <li key={key} className="flex items-center gap-3">
            <span
              aria-hidden="true"
              className={`grid size-7 place-items-center rounded-full border ${done[key] ? 'bg-action text-action-ink border-action' : 'border-edge'}`}
            >
              {done[key] ? '✓' : index + 1}
            </span>
            <span className={done[key] ? 'text-soft' : 'font-semibold'}>
              {adminWords.steps[key]}
            </span>
            <span className="sr-only">
              {done[key] ? adminWords.steps.done : adminWords.steps.open}
            </span>
          </li>
        ))}
      </ol>
    </SectionCard>
  );
}
