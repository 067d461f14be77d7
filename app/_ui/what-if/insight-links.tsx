import Link from 'next/link';
import { whatIfWords } from './what-if-words.ts';

/** The ways to the two pages that show what steering does. */
export function InsightLinks() {
  return (
    <nav aria-label={whatIfWords.insights} className="flex flex-wrap gap-x-4 text-sm">
      <Link className="inline-flex min-h-11 items-center underline" href="/what-if">
        {whatIfWords.toWhatIf}
      </Link>
      <Link className="inline-flex min-h-11 items-center underline" href="/evidence">
        {whatIfWords.evidence}
      </Link>
    </nav>
  );
}
