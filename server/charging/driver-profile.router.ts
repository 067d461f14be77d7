import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { setWeeklyWishes } from './preference-default.service.ts';
import { weeklyWishes } from './preference.store.ts';

const weeklyWish = z.strictObject({
  weekday: z.int().min(1).max(7),
  readyByMinutes: z.int().min(0).max(1_439),
  energyMilliWh: z.int().min(0).max(400_000_000, 'At most 400 kWh.').nullable(),
});

/** What holds for every stay of a driver: the battery's size, for "from % to %", and weekly wishes. */
export const driverRouter = router({
  profile: scoped('session:read').query(async ({ ctx }) => {
    const { deps, principal } = ctx;
    const row = await deps.db.open.driverProfile.findUnique({
      where: { personId: principal.personId },
    });
    return { name: principal.name, email: principal.email, batteryWh: row?.batteryWh ?? null };
  }),
  setBattery: scoped('session:steer')
    .input(
      z.strictObject({
        batteryWh: z
          .int()
          .min(1000, 'A battery holds at least 1 kWh.')
          .max(400_000, 'A battery holds at most 400 kWh.')
          .nullable(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { personId } = ctx.principal;
      const values = { batteryWh: input.batteryWh, updatedAt: new Date() };
      await ctx.deps.db.open.driverProfile.upsert({
        where: { personId },
        create: { personId, ...values },
        update: values,
      });
      return { batteryWh: input.batteryWh };
    }),

  weekly: scoped('session:read').query(({ ctx }) =>
    weeklyWishes(ctx.deps.db.open, ctx.principal.personId),
  ),
  /** Replaces them all; an open stay that follows them follows the new ones. */
  setWeekly: scoped('session:steer')
    .input(
      z.strictObject({
        wishes: z
          .array(weeklyWish)
          .max(7)
          .refine(
            (wishes) => new Set(wishes.map(({ weekday }) => weekday)).size === wishes.length,
            'Say one wish for each weekday.',
          ),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { tenantId, personId: driverId } = ctx.principal;
      await setWeeklyWishes(ctx.deps, { tenantId, driverId }, input.wishes);
      return { done: true };
    }),
});
