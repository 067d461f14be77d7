import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import type { Deps } from '../trpc/init.ts';
import { emailSchema, nameSchema } from './account.router.ts';
import { auditRows } from './audit.store.ts';
import type { AuditRow } from './audit.store.ts';
import { isGranted, keyScopes, organisationKinds, roles, rolesOfKind } from './grants.ts';
import { addOrganisation, invite, resend, withdraw } from './invitation.service.ts';
import type { InviteDeps } from './invitation.service.ts';
import {
  changeRole,
  createApiKey,
  removeMember,
  revokeApiKey,
} from './organisation.service.ts';
import { memberRows, openInvitations, organisationRows } from './organisation.store.ts';

const PAGE_MAX = 100;
const KEY_DAYS_MAX = 730;
const personInput = z.strictObject({ personId: z.uuid() });
const invitationInput = z.strictObject({ invitationId: z.uuid() });

function inviteDeps({ db, mailer, siteUrl, log }: Deps): InviteDeps {
  return { db, mailer, siteUrl, log };
}

/** An organisation's people, invitations, keys and the record of its changes; for administrators. */
export const organisationRouter = router({
  current: scoped('member:read').query(({ ctx }) => {
    const { organisationName: name, organisationKind: kind, personId } = ctx.principal;
    const grantee = { keyScopes, organisationKind: kind };
    return {
      name,
      kind,
      personId,
      roles: [...rolesOfKind[kind]],
      keyScopes: keyScopes.filter((scope) => isGranted(grantee, scope)),
      mailsInvitations: ctx.deps.mailer.canSend,
    };
  }),

  members: scoped('member:read')
    .input(
      z.strictObject({
        after: z.uuid().nullable(),
        limit: z.int().min(1).max(PAGE_MAX).default(25),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { after, limit } = input;
      const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        memberRows(tx, { after, limit: limit + 1 }),
      );
      const members = rows.slice(0, limit).map((row) => ({
        personId: row.person_id,
        name: row.name,
        email: row.email,
        role: row.role,
        since: row.created_at,
        lastSeenAt: row.last_seen_at,
      }));
      return { members, next: rows.length > limit ? (members.at(-1)?.personId ?? null) : null };
    }),

  changeRole: scoped('member:write')
    .input(z.strictObject({ personId: z.uuid(), role: z.enum(roles) }))
    .mutation(async ({ ctx, input }) => {
      await changeRole(ctx.deps.db, ctx.principal, input);
      return { done: true };
    }),

  removeMember: scoped('member:write')
    .input(personInput)
    .mutation(async ({ ctx, input }) => {
      await removeMember(ctx.deps.db, ctx.principal, input.personId);
      return { done: true };
    }),

  invitations: scoped('member:read').query(async ({ ctx }) => {
    const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, openInvitations);
    return rows.map((row) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      role: row.role,
      sentAt: row.sent_at,
      expiresAt: row.expires_at,
      expired: row.expired,
    }));
  }),

  invite: scoped('member:write')
    .input(z.strictObject({ email: emailSchema, name: nameSchema, role: z.enum(roles) }))
    .mutation(({ ctx, input }) => invite(inviteDeps(ctx.deps), ctx.principal, input)),

  resendInvitation: scoped('member:write')
    .input(invitationInput)
    .mutation(({ ctx, input }) =>
      resend(inviteDeps(ctx.deps), ctx.principal, input.invitationId),
    ),

  withdrawInvitation: scoped('member:write')
    .input(invitationInput)
    .mutation(async ({ ctx, input }) => {
      await withdraw(ctx.deps.db, ctx.principal, input.invitationId);
      return { done: true };
    }),

  apiKeys: scoped('key:read').query(async ({ ctx }) => {
    const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
      tx.apiKey.findMany({ orderBy: { createdAt: 'desc' }, take: PAGE_MAX }),
    );
    return rows.map(({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt, revokedAt }) => ({
      id,
      name,
      prefix,
      scopes,
      createdAt,
      expiresAt,
      lastUsedAt,
      revokedAt,
    }));
  }),

  createApiKey: scoped('key:write')
    .input(
      z.strictObject({
        name: nameSchema,
        scopes: z.array(z.enum(keyScopes)).min(1, 'Choose at least one right.').max(20),
        days: z.int().min(1).max(KEY_DAYS_MAX),
      }),
    )
    .mutation(({ ctx, input }) => createApiKey(ctx.deps.db, ctx.principal, input)),

  revokeApiKey: scoped('key:write')
    .input(z.strictObject({ keyId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await revokeApiKey(ctx.deps.db, ctx.principal, input.keyId);
      return { done: true };
    }),

  audit: scoped('audit:read')
    .input(
      z.strictObject({
        before: z.string().regex(/^\d{1,18}$/).nullable(),
        limit: z.int().min(1).max(1_000).default(50),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { before, limit } = input;
      const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        auditRows(tx, { before: before === null ? null : BigInt(before), limit: limit + 1 }),
      );
      const entries = rows.slice(0, limit).map(entryFrom);
      return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
    }),
});

function entryFrom(row: AuditRow) {
  return {
    id: row.id.toString(),
    happenedAt: row.happened_at,
    action: row.action,
    changes: z.array(changeSchema).catch([]).parse(row.changes),
    address: row.address,
    actor: row.actor_name ?? row.actor_key,
  };
}

/** A changed row; `more` marks that the list was cut. */
const changeSchema = z.object({
  table: z.string().optional(),
  before: z.string().nullish(),
  after: z.string().nullish(),
  columns: z.array(z.string()).nullish(),
  more: z.boolean().optional(),
});

/** Every organisation of this installation; for the platform's own people. */
export const platformRouter = router({
  organisations: scoped('platform:read')
    .input(
      z.strictObject({ after: z.int().min(0), limit: z.int().min(1).max(PAGE_MAX).default(25) }),
    )
    .query(async ({ ctx, input }) => {
      const { after, limit } = input;
      const rows = await ctx.deps.db.asSystem((tx) =>
        organisationRows(tx, { afterId: after, limit: limit + 1 }),
      );
      const organisations = rows.slice(0, limit).map(({ id, kind, name, created_at, members }) => ({
        id,
        kind,
        name,
        createdAt: created_at,
        members,
      }));
      return { organisations, next: rows.length > limit ? (organisations.at(-1)?.id ?? null) : null };
    }),

  addOrganisation: scoped('platform:write')
    .input(
      z.strictObject({
        name: nameSchema,
        kind: z.enum(organisationKinds),
        adminName: nameSchema,
        adminEmail: emailSchema,
      }),
    )
    .mutation(({ ctx, input }) => addOrganisation(inviteDeps(ctx.deps), input)),
});
