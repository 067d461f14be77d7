import Link from 'next/link';
import type { ButtonHTMLAttributes, ComponentProps, MouseEvent, ReactNode } from 'react';
import { uiWords } from './ui-words.ts';

/** main: the one thing to do here; plain: others; quiet: beside text; danger: cannot be undone. */
export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger';

const classes: Readonly<Record<ButtonKind, string>> = {
  main: 'button button-main',
  plain: 'button',
  quiet: 'button button-quiet',
  danger: 'button button-danger',
};

function classOf(kind: ButtonKind, className: string | undefined): string {
  return className === undefined ? classes[kind] : `${classes[kind]} ${className}`;
}

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> & {
  kind?: ButtonKind;
  /** Its work is under way: it keeps its place and words, turns a wheel, and takes no press. */
  busy?: boolean | undefined;
  /** Takes no press, yet can be reached and read: say beside it why. */
  off?: boolean | undefined;
};

/** A button; a plain one does nothing to a form. Without `onClick` a page of the server may hold it. */
export function Button({ kind = 'plain', busy, off, className, onClick, ...rest }: ButtonProps) {
  const isStill = busy === true || off === true;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    // Also the Enter key in a form comes here before the form is sent.
    if (isStill) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <>
      <button
        type="button"
        {...rest}
        className={classOf(kind, className)}
        aria-disabled={isStill || undefined}
        aria-busy={busy || undefined}
        {...(onClick !== undefined || isStill ? { onClick: press } : {})}
      />
      {busy !== undefined && (
        <span role="status" className="sr-only">
          {busy ? uiWords.working : ''}
        </span>
      )}
    </>
  );
}

type ButtonLinkProps = ComponentProps<typeof Link> & { kind?: ButtonKind; children: ReactNode };

/** A link that leads somewhere with the weight of a button. */
export function ButtonLink({ kind = 'plain', className, ...rest }: ButtonLinkProps) {
  return <Link {...rest} className={classOf(kind, className)} />;
}
