import { ButtonLink } from './button.tsx';
import { uiWords } from './ui-words.ts';

type PagerProps = {
  /** What is paged, as screen readers name it. */
  of: string;
  /** Where the neighbours are, as the server told; null: there is none. */
  previous: { href: string; label?: string } | null;
  next: { href: string; label?: string } | null;
  /** Where in the whole this page stands. */
  place?: string;
};

/** From page to page of a list that the server cuts; gone where all of it fits on one. */
export function Pager({ of, previous, next, place }: PagerProps) {
  if (previous === null && next === null) return null;
  return (
    <nav className="no-print flex flex-wrap items-center gap-3" aria-label={uiWords.pages(of)}>
      {previous !== null && (
        <ButtonLink href={previous.href} scroll={false} rel="prev">
          {previous.label ?? uiWords.previous}
        </ButtonLink>
      )}
      {place !== undefined && <span className="text-soft">{place}</span>}
      {next !== null && (
        <ButtonLink href={next.href} scroll={false} rel="next">
          {next.label ?? uiWords.next}
        </ButtonLink>
      )}
    </nav>
  );
}
