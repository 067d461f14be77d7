'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../account/access-words.ts';
import { LocalTime } from '../account/local-time.tsx';
import { Unsent } from '../_client/plain-error.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { Button } from '../_ui/button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { roleName } from './member-section.tsx';

type Invitations = inferRouterOutputs<AppRouter>['organisation']['invitations'];

const w = accessWords.organisation;

type SectionProps = { invitations: Invitations; roles: readonly Role[]; mailed: boolean };

/** Who is asked in, and the form that asks. Where no mail is sent, the link is handed over. */
export function InvitationSection({ invitations, roles, mailed }: SectionProps) {
  const [link, setLink] = useState<string | null>(null);
  const resend = async (invitationId: string) => {
    const sent = await trpc.organisation.resendInvitation.mutate({ invitationId });
    setLink(sent.link);
  };
  return (
    <SectionCard id="invitations" title={w.invitations}>
      {invitations.length === 0 && <EmptyState title={w.noInvitations} />}
      <ul className="flex flex-col gap-3">
        {invitations.map(({ id, name, email, role, expiresAt, expired }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-2">
            <span>
              <strong>{name}</strong> <span className="hint">{email}</span>
              <span className="hint block">
                {expired ? (
                  w.expired(roleName(role))
                ) : (
                  <LocalTime at={expiresAt} say={(until) => w.sent(roleName(role), until)} />
                )}
              </span>
            </span>
            <span className="flex flex-wrap gap-2">
              <ActButton label={w.resend} spoken={w.resendOf(name)} act={() => resend(id)} />
              <ActButton
                label={w.withdraw}
                spoken={w.withdrawOf(name)}
                act={() => trpc.organisation.withdrawInvitation.mutate({ invitationId: id })}
              />
            </span>
          </li>
        ))}
      </ul>
      <InviteForm roles={roles} mailed={mailed} onLink={setLink} />
      {link !== null && (
        <CopyLine label={w.link} value={link} copy={w.copy} copied={w.copied} />
      )}
    </SectionCard>
  );
}

/** The administrator's role comes last: nobody gives it away by pressing a button too soon. */
function leastFirst([first, ...others]: readonly Role[]): Role[] {
  return first === undefined ? others : [...others, first];
}

type FormProps = {
  roles: readonly Role[];
  mailed: boolean;
  onLink: (link: string | null) => void;
};

function InviteForm({ roles, mailed, onLink }: FormProps) {
  const router = useRouter();
  const { form, ...state } = useForm(async ({ text }) => {
    const role = roles.find((one) => one === text('role'));
    if (role === undefined) throw new Unsent();
    onLink(null);
    const given = { email: text('email'), name: text('name'), role };
    const { link } = await trpc.organisation.invite.mutate(given).catch((error: unknown) => {
      // Also where the mail failed the invitation is made, and can be sent again from the list.
      router.refresh();
      throw error;
    });
    onLink(link);
  }, 'empty');
  return (
    <form className="grid items-end gap-3 border-t border-line pt-4 sm:grid-cols-2" {...form}>
      <h3 className="font-semibold sm:col-span-2">{w.invite}</h3>
      <Field name="name" label={w.inviteName} maxLength={120} autoComplete="off" />
      <Field name="email" type="email" label={w.inviteEmail} autoComplete="off" />
      <Choice
        name="role"
        label={w.inviteRole}
        options={leastFirst(roles).map((value) => ({ value, label: roleName(value) }))}
      />
      <Button type="submit" kind="main" busy={state.busy}>
        {w.inviteButton}
      </Button>
      <div className="sm:col-span-2">
        <FormNotice state={state} done={mailed ? w.mailed : w.handOver} />
      </div>
    </form>
  );
}
