import Link from 'next/link';
import { redirect } from 'next/navigation';
import { api, site } from './_client/api.ts';
import { Brand } from './_ui/brand.tsx';
import { DemoRoles } from './_ui/demo-roles.tsx';
import { SignOutButton } from './_ui/sign-out-button.tsx';
import { words } from './_ui/words.ts';

export default async function StartPage() {
  const { principal, may } = await api();
  const { mode, demoRoles } = await site();
  if (mode !== 'demo' && may('session:read')) redirect('/driver');
  if (mode !== 'demo' && may('fleet:read')) redirect('/admin');
  const roles = await demoRoles();
  return (
    <main className="mx-auto max-w-xl px-4 py-12 flex flex-col gap-8">
      <Brand />
      <h1 className="text-3xl font-semibold leading-tight">{words.promise}</h1>
      {roles.length > 0 && <DemoRoles roles={roles} />}
      {principal === null ? (
        <Link className={`button self-start ${roles.length > 0 ? '' : 'button-main'}`} href="/sign-in">
          {words.signIn.title}
        </Link>
      ) : (
        <nav className="flex flex-wrap gap-3">
          {may('session:read') && (
            <Link className="button" href="/driver">
              {words.nav.stay}
            </Link>
          )}
          {may('fleet:read') && (
            <Link className="button" href="/admin">
              {words.nav.admin}
            </Link>
          )}
          <SignOutButton />
        </nav>
      )}
    </main>
  );
}
