'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../account/access-words.ts';
import { LocalTime } from '../account/local-time.tsx';
import { sentenceOf } from '../_client/plain-error.ts';
import { trpc } from '../_client/trpc.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { Choice } from '../_ui/field.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { uiWords } from '../_ui/ui-words.ts';
import { words } from '../_ui/words.ts';

type Page = inferRouterOutputs<AppRouter>['organisation']['members'];
type Member = Page['members'][number];

const w = accessWords.organisation;

type SectionProps = {
  page: Page;
  roles: readonly Role[];
  self: string;
  /** Whether others come before them. */
  isLater: boolean;
};

/** The members, by name, a page at a time. */
export function MemberSection({ page, roles, self, isLater }: SectionProps) {
  return (
    <SectionCard id="members" title={w.members}>
      <ul className="flex flex-col">
        {page.members.map((member) => (
          <MemberLine
            key={member.personId}
            member={member}
            roles={roles}
            isSelf={member.personId === self}
          />
        ))}
      </ul>
      <Pager
        of={w.members}
        previous={isLater ? { href: '/organisation#members', label: uiWords.first } : null}
        next={page.next === null ? null : { href: `/organisation?after=${page.next}#members` }}
      />
    </SectionCard>
  );
}

type LineProps = { member: Member; roles: readonly Role[]; isSelf: boolean };

function MemberLine({ member, roles, isSelf }: LineProps) {
  const { personId, name, email, role, lastSeenAt } = member;
  return (
    <li className="grid items-center gap-2 border-t border-line py-3 sm:grid-cols-[3fr_3fr_2fr_auto]">
      <div className="min-w-0 break-words">
        <strong>{name}</strong> {isSelf && <span className="text-soft">({w.you})</span>}
        <span className="hint block">{email}</span>
      </div>
      <div>{isSelf ? roleName(role) : <RoleChoice member={member} roles={roles} />}</div>
      <p className="hint">
        {lastSeenAt === null ? w.neverSeen : <LocalTime at={lastSeenAt} say={w.lastSeen} />}
      </p>
      {!isSelf && (
        <ActButton
          label={w.remove}
          spoken={w.removeOf(name)}
          confirm={{ question: w.removeAsk(name), hint: w.removeHint }}
          act={() => trpc.organisation.removeMember.mutate({ personId })}
        />
      )}
    </li>
  );
}

/** roleName is what people call a role. */
export function roleName(role: string): string {
  return (words.roles as Readonly<Record<string, string>>)[role] ?? role;
}

function RoleChoice({ member, roles }: { member: Member; roles: readonly Role[] }) {
  const router = useRouter();
  const [wrong, setWrong] = useState<string | null>(null);
  const { personId, name, role } = member;
  const change = async (chosen: string) => {
    setWrong(null);
    const given = roles.find((one) => one === chosen);
    if (given === undefined) return;
    try {
      await trpc.organisation.changeRole.mutate({ personId, role: given });
      router.refresh();
    } catch (error) {
      setWrong(sentenceOf(error));
    }
  };
  return (
    <Choice
      name="role"
      label={w.roleOf(name)}
      isLabelHidden
      value={role}
      wrong={wrong ?? undefined}
      options={roles.map((value) => ({ value, label: roleName(value) }))}
      onChange={(event) => {
        void change(event.target.value);
      }}
    />
  );
}
