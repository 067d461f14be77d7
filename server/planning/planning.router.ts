import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { siteLimits, tenantLimits } from './limit-view.service.ts';

/** How a site's cars are planned together. */
export const planningRouter = router({
  /** All limits of the tenant's sites and stations, those that share nothing now among them. */
  limits: scoped('fleet:read').query(({ ctx }) => tenantLimits(ctx.deps, ctx.principal.tenantId)),

  /** Limits, load, and what one more kW would be worth, per slot of the site's last joint plan. */
  tree: scoped('fleet:read')
    .input(z.strictObject({ locationId: z.uuid() }))
    .query(({ ctx, input }) => siteLimits(ctx.deps, ctx.principal.tenantId, input.locationId)),
});
