import { z } from 'zod';
import { scoped } from '../trpc/init.ts';
import { setCardBlocked, setStationEnabled } from './admission.service.ts';

/** Who may come in: stations that connect, cards that charge. */
export const admissionProcedures = {
  setStationEnabled: scoped('fleet:write')
    .input(z.strictObject({ stationId: z.string().min(1).max(48), isEnabled: z.boolean() }))
    .mutation(({ ctx, input }) => setStationEnabled(ctx.deps, ctx.principal.tenantId, input)),

  setCardBlocked: scoped('fleet:write')
    .input(z.strictObject({ uid: z.string().min(1).max(36), isBlocked: z.boolean() }))
    .mutation(({ ctx, input }) => setCardBlocked(ctx.deps, ctx.principal.tenantId, input)),
};
