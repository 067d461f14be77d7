import type { Metadata } from 'next';
import Link from 'next/link';
import { accessWords } from '../account/access-words.ts';
import { api, site } from '../_client/api.ts';
import { Brand } from '../_ui/brand.tsx';
import { ButtonLink } from '../_ui/button.tsx';
import { DemoRoles } from '../_ui/demo-roles.tsx';
import { Notice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { LinkForm, OidcButton } from './other-ways.tsx';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: words.signIn.title };

type PageProps = { searchParams: Promise<{ error?: string | string[]; ended?: string }> };

export default async function SignInPage({ searchParams }: PageProps) {
  const { error, ended } = await searchParams;
  const { mode, demoRoles, waysIn } = await site();
  const [{ principal }, roles] = await Promise.all([api(), demoRoles()]);
  const w = accessWords.signIn;
  const problem =
    typeof error === 'string'
      ? (w.errors[error] ?? words.signIn.failed)
      : ended === undefined
        ? null
        : w.ended;
  return (
    <main className="mx-auto flex max-w-md flex-col gap-6 px-4 py-12">
      <Brand />
      <h1 className="text-2xl font-semibold">{words.signIn.title}</h1>
      {problem !== null && (
        <Notice kind="warn">
          <p>{problem}</p>
        </Notice>
      )}
      {principal !== null && (
        <p className="card flex flex-wrap items-center justify-between gap-3">
          {w.signedInAs(principal.name)}
          <ButtonLink href="/">{w.goOn}</ButtonLink>
        </p>
      )}
      {roles.length > 0 && <DemoRoles roles={roles} />}
      {waysIn.oidc !== null && <OidcButton label={w.oidc(waysIn.oidc)} />}
      <SignInForm />
      {waysIn.link && <LinkForm />}
      {mode === 'demo' && (
        <Link className="underline" href="/sign-in/outbox">
          {w.outbox}
        </Link>
      )}
    </main>
  );
}
