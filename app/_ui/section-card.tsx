import { useId } from 'react';
import type { ReactNode } from 'react';
import { Notice } from './notice.tsx';
import { Skeleton } from './skeleton.tsx';

type SectionCardProps = {
  /** Where links to this section lead; without it the section has none. */
  id?: string;
  title: string;
  hint?: string;
  /** Stands beside the title: what concerns the whole section. */
  actions?: ReactNode;
  /** What went wrong in a sentence that says what to do; takes the place of the content. */
  wrong?: string | null;
  /** While its content is on its way. */
  isLoading?: boolean;
  /** Shown in place of the content where there is nothing yet. */
  empty?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A titled part of a page, with its own waiting, failing and being empty. */
export function SectionCard({ title, hint, actions, children, ...rest }: SectionCardProps) {
  const own = useId();
  const { id = own, wrong = null, isLoading = false, empty = null, className = '' } = rest;
  return (
    <section className={`card flex flex-col gap-4 ${className}`} aria-labelledby={id} aria-busy={isLoading || undefined}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {hint !== undefined && <p className="hint">{hint}</p>}
        </div>
        {actions}
      </div>
      {isLoading && <Skeleton className="h-32" />}
      {!isLoading && wrong !== null && (
        <Notice kind="error">
          <p>{wrong}</p>
        </Notice>
      )}
      {!isLoading && wrong === null && empty}
      {!isLoading && wrong === null && children}
    </section>
  );
}
