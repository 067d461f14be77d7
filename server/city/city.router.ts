import { kept } from '../evidence/kept.ts';
import { router, scoped } from '../trpc/init.ts';
import { cityView } from './city.service.ts';

const KEPT_MS = 5_000;
const views = kept<Awaited<ReturnType<typeof cityView>>>(KEPT_MS);

/** What a municipality may know of the charging in its streets: sums over enough drivers, nothing else. */
export const cityRouter = router({
  day: scoped('city:read').query(({ ctx: { deps, principal } }) =>
    views(deps.db, String(principal.tenantId), () => cityView(deps, principal.tenantId)),
  ),
});
