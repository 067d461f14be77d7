import { z } from 'zod';
import { open, router, scoped } from '../trpc/init.ts';
import { claimFirstAdmin, claimInvite, linkPurpose } from './one-time-link.ts';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password.ts';
import { changePassword } from './sign-in.ts';

const tokenSchema = z.string().min(16).max(200);
const newPasswordSchema = z
  .string()
  .min(PASSWORD_MIN_LENGTH, `Choose at least ${PASSWORD_MIN_LENGTH} characters.`)
  .max(PASSWORD_MAX_LENGTH, `Choose at most ${PASSWORD_MAX_LENGTH} characters.`);
const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .pipe(z.email('Type an e-mail address.'));
const nameSchema = z.string().trim().min(1, 'Type a name.').max(120);

/** Set-up by one-time link: the first administrator, and people who were invited. */
export const setupRouter = router({
  link: open('public:claim')
    .input(z.strictObject({ token: tokenSchema }))
    .query(({ ctx, input }) => linkPurpose(ctx.deps.db, input.token)),
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
      await claimFirstAdmin(ctx.deps.db, input);
      return { email: input.email };
    }),
  acceptInvite: open('public:claim')
    .input(z.strictObject({ token: tokenSchema, password: newPasswordSchema }))
    .mutation(async ({ ctx, input }) => {
      await claimInvite(ctx.deps.db, input);
      return { done: true };
    }),
});

/** The signed-in person's own account. */
export const accountRouter = router({
  me: open('public:read').query(({ ctx }) => {
    if (ctx.principal === null) return null;
    const { name, email, role } = ctx.principal;
    return { name, email, role };
  }),
  changePassword: scoped('account:write')
    .input(z.strictObject({ current: z.string().max(1000), next: newPasswordSchema }))
    .mutation(async ({ ctx, input }) => {
      const { personId, sid } = ctx.principal;
      await changePassword(ctx.deps.db, { personId, sid, ...input });
      return { done: true };
    }),
});
