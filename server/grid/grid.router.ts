import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { gridTree } from './grid.service.ts';
import { addNode, endLimit, setLimit } from './limit.service.ts';

const MOST_W = 100_000_000;

/** The grid above the sites: its owner's limits, and what is delivered under them, in sums. */
export const gridRouter = router({
  tree: scoped('grid:read').query(({ ctx }) => gridTree(ctx.deps, ctx.principal.tenantId)),

  setLimit: scoped('grid:write')
    .input(
      z.strictObject({
        gridNodeId: z.uuid(),
        limitW: z.int('Type a number of kW.').min(0, 'A limit is not below 0.').max(MOST_W, 'At most 100,000 kW.'),
        from: z.date('Choose a day and a time, or leave it empty.').nullable(),
        to: z.date('Choose a day and a time, or leave it empty.').nullable(),
        requestId: z.uuid(),
      }),
    )
    .mutation(({ ctx, input }) => setLimit(ctx.deps, ctx.principal.tenantId, input)),

  endLimit: scoped('grid:write')
    .input(z.strictObject({ limitId: z.uuid() }))
    .mutation(({ ctx, input }) => endLimit(ctx.deps, ctx.principal.tenantId, input.limitId)),

  addNode: scoped('grid:write')
    .input(
      z.strictObject({
        kind: z.enum(['TRANSFORMER', 'FEEDER']),
        name: z.string().trim().min(1, 'Type a name.').max(120),
        parentId: z.uuid().nullable(),
        requestId: z.uuid(),
      }),
    )
    .mutation(({ ctx, input }) => addNode(ctx.deps, ctx.principal.tenantId, input)),
});
