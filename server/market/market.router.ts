import { router, scoped } from '../trpc/init.ts';

type FreshnessRow = { bidding_zone: string; until_at: Date; synthetic: boolean; source: string };

/** What is known of the market, for operators. */
export const marketRouter = router({
  /** Until when prices are published, per zone. */
  freshness: scoped('price:read').query(async ({ ctx }) => {
    const rows = await ctx.deps.db.open.$queryRaw<FreshnessRow[]>`
      SELECT DISTINCT ON (p.bidding_zone) p.bidding_zone, d.synthetic, d.source,
             p.start_at + make_interval(mins => p.minutes::int) AS until_at
        FROM day_ahead_price p JOIN price_document d ON d.id = p.document_id
       ORDER BY p.bidding_zone, p.start_at DESC, p.version DESC`;
    return rows.map((row) => ({
      biddingZone: row.bidding_zone,
      untilAt: row.until_at,
      synthetic: row.synthetic,
      source: row.source,
    }));
  }),
});
