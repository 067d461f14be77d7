import { redirect } from 'next/navigation';
import { doors } from './account/access-header.tsx';
import { api, site } from './_client/api.ts';
import { Brand } from './_ui/brand.tsx';
import { ButtonLink } from './_ui/button.tsx';
import { RoleCards } from './_ui/landing/role-cards.tsx';
import { StreetLive } from './_ui/landing/street-live.tsx';
import { SignOutButton } from './_ui/sign-out-button.tsx';
import { InsightLinks } from './_ui/what-if/insight-links.tsx';
import { words } from './_ui/words.ts';

export default async function StartPage() {
  const { caller, principal, may } = await api();
  const { mode, demoRoles } = await site();
  const [work] = doors(may).filter(({ scope }) => scope !== 'account:read');
  if (mode !== 'demo' && work !== undefined) redirect(work.href);
  const isDemo = mode === 'demo';
  const street = isDemo ? await caller.demo.street() : null;
  return (
    <main className={`mx-auto flex flex-col gap-6 px-4 py-8 ${isDemo ? 'max-w-6xl' : 'max-w-xl'}`}>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Brand />
        {principal === null ? (
          <ButtonLink kind={isDemo ? 'plain' : 'main'} href="/sign-in">
            {words.signIn.title}
          </ButtonLink>
        ) : (
          <nav className="flex flex-wrap gap-2">
            {doors(may).map(({ href, label }) => (
              <ButtonLink key={href} href={href}>
                {label}
              </ButtonLink>
            ))}
            <SignOutButton />
          </nav>
        )}
      </header>
      <h1 className="max-w-3xl text-3xl font-semibold leading-tight">{words.promise}</h1>
      {!isDemo && principal !== null && <InsightLinks />}
      {street !== null && (
        <>
          <div className="grid items-start gap-4 lg:grid-cols-3">
            <StreetLive initial={street} />
          </div>
          <RoleCards roles={await demoRoles()} />
        </>
      )}
    </main>
  );
}
