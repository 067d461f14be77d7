import type { ReactNode } from 'react';

type EmptyStateProps = {
  title: string;
  /** How something comes to stand here. */
  hint?: string;
  action?: ReactNode;
  children?: ReactNode;
};

/** Where a list has nothing yet: that it is so on purpose, and how to begin. */
export function EmptyState({ title, hint, action, children }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-2 rounded-xl border border-dashed border-edge px-4 py-5">
      <p className={hint === undefined ? 'text-soft' : 'font-semibold'}>{title}</p>
      {hint !== undefined && <p className="text-soft">{hint}</p>}
      {children}
      {action}
    </div>
  );
}
