import { ButtonLink } from './_ui/button.tsx';
import { words } from './_ui/words.ts';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl px-4 py-16 flex flex-col gap-6">
      <h1 className="text-2xl font-semibold">{words.errors.notFound}</h1>
      <ButtonLink kind="main" className="self-start" href="/">
        {words.errors.home}
      </ButtonLink>
    </main>
  );
}
