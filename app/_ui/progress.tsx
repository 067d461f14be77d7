import { useId } from 'react';
import { Button } from './button.tsx';
import { uiWords } from './ui-words.ts';

type ProgressProps = {
  /** What is being done, and how far it is, in words. */
  label: string;
  /** From 0 to 1; left out where nobody can know. */
  value?: number | undefined;
  /** Given for all that may take longer than ten seconds. */
  onCancel?: () => void;
};

/** How far something is that takes longer than a second. */
export function Progress({ label, value, onCancel }: ProgressProps) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div className="min-w-40 flex-1">
        <label htmlFor={id} className="hint block">
          {label}
        </label>
        <progress id={id} className="progress" max={1} {...(value === undefined ? {} : { value })} />
      </div>
      {onCancel !== undefined && <Button onClick={onCancel}>{uiWords.cancel}</Button>}
    </div>
  );
}
