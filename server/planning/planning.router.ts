import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { siteLimits } from './limit-view.service.ts';

/** How a site's cars are planned together. */
export const planningRouter = router({
  /** Limits, load, and what one more kW would be worth, per slot of the site's last joint plan. */
  tree: scoped('fleet:read')
    .input(z.strictObject({ locationId: z.uuid() }))
    .query(({ ctx, input }) => siteLimits(ctx.deps, ctx.principal.tenantId, input.locationId)),
});
