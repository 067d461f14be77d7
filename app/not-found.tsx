import { uiWords } from './_ui/ui-words.ts';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{uiWords.errors.notFound}</h1>
      {/* Part of every page: a link of the router would be loaded with each of them. */}
      {/* oxlint-disable-next-line next/no-html-link-for-pages */}
      <a className="button button-main self-start" href="/">
        {uiWords.errors.home}
      </a>
    </main>
  );
}
