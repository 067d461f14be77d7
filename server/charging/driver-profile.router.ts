import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';

/** The driver's stored battery size, for "from % to %". */
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
});
