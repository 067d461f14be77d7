import type { Metadata } from 'next';
import { accessWords } from '../../account/access-words.ts';
import { site } from '../../_client/api.ts';
import { Brand } from '../../_ui/brand.tsx';
import { EnterByLink } from './enter-by-link.tsx';

export const metadata: Metadata = { title: accessWords.link.title };

/**
 * Where a mailed link leads. It takes a tap to enter: programs that open links to look for harm
 * would else use it up.
 */
export default async function LinkPage() {
  await site();
  return (
    <main className="mx-auto flex max-w-md flex-col gap-6 px-4 py-12">
      <Brand />
      <h1 className="text-2xl font-semibold">{accessWords.link.title}</h1>
      <EnterByLink />
    </main>
  );
}
