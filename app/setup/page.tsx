import type { Metadata } from 'next';
import { nullIfAbsent } from '../_client/absent.ts';
import { api } from '../_client/api.ts';
import { Brand } from '../_ui/brand.tsx';
import { ButtonLink } from '../_ui/button.tsx';
import { Notice } from '../_ui/notice.tsx';
import { uiWords } from '../_ui/ui-words.ts';
import { setupWords } from './setup-words.ts';
import { Invitation } from './invitation.tsx';
import { FirstAdminForm, InviteForm } from './setup-forms.tsx';

export const metadata: Metadata = { title: setupWords.title };

type PageProps = { searchParams: Promise<{ token?: string | string[] }> };

/** Where one-time links lead: the first administrator's account, an invitation, or a driver's password. */
export default async function SetupPage({ searchParams }: PageProps) {
  const { token } = await searchParams;
  const { caller, principal } = await api();
  const given = typeof token === 'string' ? token : '';
  const link = await caller.setup.link({ token: given }).catch(nullIfAbsent);
  return (
    <main className="mx-auto flex max-w-md flex-col gap-6 px-4 py-12">
      <Brand />
      {link === null && (
        <Notice kind="warn" isStill action={<ButtonLink href="/">{uiWords.errors.home}</ButtonLink>}>
          <h1 className="font-semibold">{setupWords.gone}</h1>
        </Notice>
      )}
      {link?.purpose === 'FIRST_ADMIN' && <FirstAdminForm token={given} />}
      {link?.purpose === 'DRIVER_INVITE' && (
        <InviteForm token={given} name={link.name ?? ''} email={link.email ?? ''} />
      )}
      {link?.purpose === 'INVITATION' && (
        <Invitation token={given} invitation={link} signedInAs={principal?.email ?? null} />
      )}
    </main>
  );
}
