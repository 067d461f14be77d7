import { useId } from 'react';
import type { InputHTMLAttributes, SelectHTMLAttributes } from 'react';

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  name: string;
  hint?: string;
  wrong?: string | undefined;
};

/** A labelled input with its hint and its error, tied together for screen readers. */
export function Field({ label, hint, wrong, ...input }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="field"
        required
        aria-invalid={wrong !== undefined}
        aria-describedby={described || undefined}
        {...input}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint mt-1">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} className="wrong mt-1">
          {wrong}
        </p>
      )}
    </div>
  );
}

type ChoiceProps = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  name: string;
  options: readonly { value: string; label: string }[];
};

/** A labelled list to choose one from. */
export function Choice({ label, options, ...select }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="field" required {...select}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
