'use client';

import { Button, ButtonLink } from './_ui/button.tsx';
import { words } from './_ui/words.ts';

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{words.errors.title}</h1>
      <p>{words.errors.body}</p>
      <div className="flex flex-wrap gap-3">
        <Button kind="main" onClick={reset}>
          {words.errors.retry}
        </Button>
        <ButtonLink href="/">{words.errors.home}</ButtonLink>
      </div>
    </main>
  );
}
