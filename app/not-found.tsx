import Link from 'next/link';
import { words } from './_ui/words.ts';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{words.errors.notFound}</h1>
      <Link className="button button-main self-start" href="/">
        {words.errors.home}
      </Link>
    </main>
  );
}
