import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { siteTies, tieSite } from './tie.service.ts';

/** Whom a site has to do with: the grid operator's node above it, the municipality it lies in. */
export const tieRouter = router({
  sites: scoped('fleet:read').query(({ ctx }) => siteTies(ctx.deps.db, ctx.principal.tenantId)),

  tieSite: scoped('fleet:write')
    .input(
      z.strictObject({
        locationId: z.uuid(),
        gridNodeId: z.uuid('This is no code of a node. Copy it from your grid operator whole.').nullable(),
        municipalityId: z.int().positive().nullable(),
      }),
    )
    .mutation(({ ctx, input }) => tieSite(ctx.deps.db, ctx.principal.tenantId, input)),
});
