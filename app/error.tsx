'use client';

import { words } from './_ui/words.ts';

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{words.errors.title}</h1>
      <p>{words.errors.body}</p>
      <button type="button" className="button button-main self-start" onClick={reset}>
        {words.errors.retry}
      </button>
    </main>
  );
}
