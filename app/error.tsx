'use client';

import { uiWords } from './_ui/ui-words.ts';

/** Loaded with every page, so without parts that bring the router: what went wrong may be in it. */
export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{uiWords.errors.title}</h1>
      <p>{uiWords.errors.body}</p>
      <div className="flex flex-wrap gap-3">
        <button type="button" className="button button-main" onClick={reset}>
          {uiWords.errors.retry}
        </button>
        {/* oxlint-disable-next-line next/no-html-link-for-pages */}
        <a className="button" href="/">
          {uiWords.errors.home}
        </a>
      </div>
    </main>
  );
}
