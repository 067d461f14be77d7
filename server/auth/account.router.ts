import { z } from 'zod';
import { ValleyError } from '../errors.ts';
import { open, router, scoped } from '../trpc/init.ts';
import type { Context } from '../trpc/init.ts';
import { accept, openInvitation } from './invitation.service.ts';
import { mailTexts } from './mail-texts.ts';
import {
  claimFirstAdmin,
  claimInvite,
  linkPurpose,
  SIGN_IN_LINK_MINUTES,
  signInToken,
} from './one-time-link.ts';
import { ownOrganisations, switchOrganisation } from './organisation.service.ts';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password.ts';
import { isPerson } from './principal.ts';
import { deletePerson, exportPerson } from './privacy.service.ts';
import { changePassword, endSignIns, knock } from './sign-in.ts';
import { untilAborted } from './until-aborted.ts';

export const tokenSchema = z.string().min(16).max(200);
export const newPasswordSchema = z
  .string()
  .min(PASSWORD_MIN_LENGTH, `Choose at least ${PASSWORD_MIN_LENGTH} characters.`)
  .max(PASSWORD_MAX_LENGTH, `Choose at most ${PASSWORD_MAX_LENGTH} characters.`);
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .pipe(z.email('Type an e-mail address.'));
export const nameSchema = z.string().trim().min(1, 'Type a name.').max(120);

const HOUR_S = 3_600;
const LINKS_PER_ACCOUNT = 3;
const LINKS_PER_ADDRESS = 20;
const CLAIMS_PER_ADDRESS = 60;

/** Links are long random texts; the limit is for whoever tries all the same. */
async function knockWithLink({ deps, remoteAddress }: Context): Promise<void> {
  const key = `claim from ${remoteAddress ?? ''}`;
  await knock(deps.db, [{ key, max: CLAIMS_PER_ADDRESS, windowS: HOUR_S }]);
}

/** Ways in without being signed in: one-time links, and the mail that brings one. */
export const setupRouter = router({
  link: open('public:claim')
    .input(z.strictObject({ token: tokenSchema }))
    .query(async ({ ctx, input }) => {
      const { db } = ctx.deps;
      const link = await linkPurpose(db, input.token);
      if (link !== null) return { ...link, organisation: null, hasAccount: false };
      const invitation = await openInvitation(db, input.token);
      return invitation === null ? null : { purpose: 'INVITATION' as const, ...invitation };
    }),
  claim: open('public:claim')
    .input(
      z.strictObject({
        token: tokenSchema,
        organisation: nameSchema,
        email: emailSchema,
        name: nameSchema,
        password: newPasswordSchema,
      }),
    )
    .mutation(async ({ ctx, input }) => {
      await knockWithLink(ctx);
      await claimFirstAdmin(ctx.deps.db, input);
      return { email: input.email };
    }),
  acceptInvite: open('public:claim')
    .input(z.strictObject({ token: tokenSchema, password: newPasswordSchema }))
    .mutation(async ({ ctx, input }) => {
      await knockWithLink(ctx);
      await claimInvite(ctx.deps.db, input);
      return { done: true };
    }),
  /** A new person chooses a password; somebody with an account is signed in and chooses none. */
  acceptInvitation: open('public:claim')
    .input(z.strictObject({ token: tokenSchema, password: newPasswordSchema.nullable() }))
    .mutation(async ({ ctx, input }) => {
      await knockWithLink(ctx);
      const { deps, principal } = ctx;
      const person = principal !== null && isPerson(principal) ? principal : null;
      const accepted = await accept(deps.db, { ...input, signedInAs: person?.personId ?? null });
      // Somebody else's invitation, opened in a signed-in browser, makes a new person and moves nobody.
      if (person !== null && accepted.personId === person.personId) {
        await switchOrganisation(deps.db, person, accepted.organisationId);
      }
      return { email: accepted.email };
    }),
  /**
   * Mails a link to sign in. Whether somebody has the address shows neither in the answer nor in its
   * time: the answer does not wait for the look.
   */
  requestLink: open('public:claim')
    .input(z.strictObject({ email: emailSchema }))
    .mutation(async ({ ctx, input }) => {
      const { deps, remoteAddress } = ctx;
      if (!deps.mailer.canSend) {
        throw new ValleyError('NOT_READY', 'This installation sends no mail. Use your password.');
      }
      await knock(deps.db, [
        { key: `link for ${input.email}`, max: LINKS_PER_ACCOUNT, windowS: HOUR_S },
        { key: `link from ${remoteAddress ?? ''}`, max: LINKS_PER_ADDRESS, windowS: HOUR_S },
      ]);
      mailLink(ctx, input.email).catch((error: unknown) => {
        deps.log.error({ error: String(error) }, 'sign-in link not sent');
      });
      return { minutes: SIGN_IN_LINK_MINUTES };
    }),
});

async function mailLink({ deps }: Context, to: string): Promise<void> {
  const token = await signInToken(deps.db, to);
  if (token === null) return;
  // After the "#" it stands in no log and is sent to no server.
  const link = `${deps.siteUrl}/sign-in/link#${token}`;
  await deps.mailer.send(mailTexts.signIn({ to, link, minutes: String(SIGN_IN_LINK_MINUTES) }));
}

/** The signed-in person's own account. */
export const accountRouter = router({
  me: open('public:read').query(({ ctx }) => {
    if (ctx.principal === null || !isPerson(ctx.principal)) return null;
    const { name, email, role, tenantId, organisationName, organisationKind } = ctx.principal;
    return { name, email, role, tenantId, organisationName, organisationKind };
  }),

  /** Ends when the sign-in no longer works in this organisation; open pages listen to it. */
  presence: scoped('account:read').subscription(async function* presence({ signal }) {
    yield { here: true };
    await untilAborted(signal);
  }),

  organisations: scoped('account:read').query(async ({ ctx }) => {
    const { personId, tenantId } = ctx.principal;
    const rows = await ownOrganisations(ctx.deps.db, personId);
    return rows.map((row) => ({ ...row, current: row.id === tenantId }));
  }),

  switchOrganisation: scoped('account:write')
    .input(z.strictObject({ organisationId: z.int() }))
    .mutation(({ ctx, input }) =>
      switchOrganisation(ctx.deps.db, ctx.principal, input.organisationId),
    ),

  /** Where this person is signed in; `id` names a sign-in to end it and opens nothing. */
  signIns: scoped('account:read').query(async ({ ctx }) => {
    const { personId, sid } = ctx.principal;
    const rows = await ctx.deps.db.open.signIn.findMany({
      where: { personId, revokedAt: null, expiresAt: { gt: new Date() } },
      orderBy: { lastSeenAt: 'desc' },
      take: 100,
    });
    return rows.map((row) => ({
      id: row.sid,
      current: row.sid === sid,
      method: row.method,
      device: row.device,
      address: row.address,
      createdAt: row.createdAt,
      lastSeenAt: row.lastSeenAt,
    }));
  }),

  endSignIn: scoped('account:write')
    .input(z.strictObject({ signInId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const { personId } = ctx.principal;
      const ended = await ctx.deps.db.open.$transaction((tx) =>
        endSignIns(tx, { personId, onlySid: input.signInId }),
      );
      if (ended === 0) throw new ValleyError('NOT_FOUND', 'There is no such sign-in of yours.');
      return { ended };
    }),

  endAllSignIns: scoped('account:write').mutation(async ({ ctx }) => {
    const { personId } = ctx.principal;
    return { ended: await ctx.deps.db.open.$transaction((tx) => endSignIns(tx, { personId })) };
  }),

  profile: scoped('account:read').query(async ({ ctx }) => {
    const { personId, name, email } = ctx.principal;
    const person = await ctx.deps.db.open.person.findUniqueOrThrow({ where: { id: personId } });
    return { name, email, hasPassword: person.passwordHash !== null };
  }),

  rename: scoped('account:write')
    .input(z.strictObject({ name: nameSchema }))
    .mutation(async ({ ctx, input }) => {
      const { personId: id } = ctx.principal;
      await ctx.deps.db.open.person.update({ where: { id }, data: { name: input.name } });
      return { name: input.name };
    }),

  changePassword: scoped('account:write')
    .input(z.strictObject({ current: z.string().max(1000), next: newPasswordSchema }))
    .mutation(async ({ ctx, input }) => {
      const { personId, sid } = ctx.principal;
      await changePassword(ctx.deps.db, { personId, sid, ...input });
      return { done: true };
    }),

  /** Everything stored about this person, for one JSON file. */
  export: scoped('account:read').query(({ ctx }) =>
    exportPerson(ctx.deps.db, ctx.principal.personId),
  ),

  delete: scoped('account:write')
    .input(z.strictObject({ confirm: z.literal('DELETE', 'Type DELETE to confirm.') }))
    .mutation(async ({ ctx }) => {
      await deletePerson(ctx.deps.db, ctx.principal.personId);
      return { done: true };
    }),
});
