import type { ChargeNowStage } from '#domain/charging/stay-view.ts';
import { words } from './words.ts';

const steps = ['ASKED', 'ACCEPTED', 'MEASURED'] as const;
const reached: Record<ChargeNowStage, number> = {
  OFF: 0,
  ASKED: 1,
  SENT: 1,
  REFUSED: 1,
  SILENT: 1,
  ACCEPTED: 2,
  MEASURED: 3,
};

/** How far charge now has come, from stored rows and the meter, never from hope. */
export function ChargeNowSteps({ stage }: { stage: ChargeNowStage }) {
  const done = reached[stage];
  return (
    <ol className="grid grid-cols-3 gap-2" aria-label={words.now.steps}>
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={done === index + 1 ? 'step' : undefined}
          data-done={index < done}
          className={`border-t-4 pt-1 text-sm ${index < done ? 'border-action font-semibold' : 'border-line text-soft'}`}
        >
          <span aria-hidden="true">{index < done ? '✓ ' : '○ '}</span>
          {words.now.stages[step]}
        </li>
      ))}
    </ol>
  );
}
