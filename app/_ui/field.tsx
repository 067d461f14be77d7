import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react';

type FrameProps = {
  id: string;
  label: string;
  /** Where what stands beside it names it for eyes already. */
  isLabelHidden?: boolean | undefined;
  hint?: string | undefined;
  wrong?: string | undefined;
  children: ReactNode;
};

/** Its label above, its hint and its error below. */
function Frame({ id, label, isLabelHidden, hint, wrong, children }: FrameProps) {
  return (
    <div className="min-w-0">
      <label className={isLabelHidden ? 'sr-only' : 'label'} htmlFor={id}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint mt-1">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} role="alert" className="wrong mt-1">
          {wrong}
        </p>
      )}
    </div>
  );
}

type Texts = Pick<FrameProps, 'label' | 'isLabelHidden' | 'hint' | 'wrong'>;

/** What ties a control to its hint and its error for screen readers. */
function tied(id: string, { hint, wrong }: Texts) {
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return { id, 'aria-invalid': wrong !== undefined, 'aria-describedby': described || undefined };
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & Texts & { name: string };

/** A labelled input. */
export function Field({ label, isLabelHidden, hint, wrong, ...input }: FieldProps) {
  const id = useId();
  const texts = { label, isLabelHidden, hint, wrong };
  return (
    <Frame id={id} {...texts}>
      <input className="field" required {...tied(id, texts)} {...input} />
    </Frame>
  );
}

type ChoiceProps = SelectHTMLAttributes<HTMLSelectElement> &
  Texts & { name: string; options: readonly { value: string; label: string }[] };

/** A labelled list to choose one from. */
export function Choice({ label, isLabelHidden, hint, wrong, options, ...select }: ChoiceProps) {
  const id = useId();
  const texts = { label, isLabelHidden, hint, wrong };
  return (
    <Frame id={id} {...texts}>
      <select className="field" required {...tied(id, texts)} {...select}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}
