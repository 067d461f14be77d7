import type { Metadata } from 'next';
import { visitor } from '../_client/api.ts';
import { isUuid } from '../_client/uuid.ts';
import { accessWords } from '../account/access-words.ts';
import { InvitationSection } from './invitation-section.tsx';
import { KeySection } from './key-section.tsx';
import { MemberSection } from './member-section.tsx';
import { PlatformSection } from './platform-section.tsx';

export const metadata: Metadata = { title: accessWords.nav.organisation };

type Params = Readonly<Record<'after' | 'organisations', string | string[] | undefined>>;
type PageProps = { searchParams: Promise<Params> };

/** Who is in the organisation, who is asked in, and which programs act for it. */
export default async function OrganisationPage({ searchParams }: PageProps) {
  const { after, organisations: afterId } = await searchParams;
  const { caller, may } = await visitor('member:read');
  const { organisation, platform } = caller;
  const from = typeof after === 'string' && isUuid(after) ? after : null;
  const fromId = typeof afterId === 'string' && /^\d{1,9}$/.test(afterId) ? Number(afterId) : 0;
  const [current, page, invitations, keys, organisations] = await Promise.all([
    organisation.current(),
    organisation.members({ after: from }),
    organisation.invitations(),
    organisation.apiKeys(),
    may('platform:read') ? platform.organisations({ after: fromId }) : null,
  ]);
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <h1 className="text-2xl font-semibold">
        {current.name}
        <span className="hint block font-normal">
          {accessWords.organisation.kinds[current.kind]}
        </span>
      </h1>
      <MemberSection
        page={page}
        roles={current.roles}
        self={current.personId}
        isLater={from !== null}
      />
      <InvitationSection
        invitations={invitations}
        roles={current.roles}
        mailed={current.mailsInvitations}
      />
      {current.keyScopes.length > 0 && <KeySection apiKeys={keys} scopes={current.keyScopes} />}
      {organisations !== null && (
        <PlatformSection page={organisations} isLater={fromId > 0} />
      )}
    </main>
  );
}
