import type { Tx } from '../db/client.ts';

export type DeliveredRow = { site_id: string; start_at: Date; energy: bigint };

/** deliveredAtSites is metered energy (milli-Wh) per site and quarter: each reading's register over the one before it. */
export async function deliveredAtSites(
  tx: Tx, args: { sites: readonly string[]; from: Date; to: Date },
): Promise<DeliveredRow[]> {
  return await tx.$queryRaw<DeliveredRow[]>`
    SELECT site_id, date_bin('15 minutes', measured_at - interval '1 microsecond', '2000-01-01Z') AS start_at, sum(energy)::bigint AS energy
    FROM (SELECT c.location_id AS site_id, measured_at,
        register_milli_wh - lag(register_milli_wh) OVER (PARTITION BY transaction_id ORDER BY measured_at) AS energy
      FROM meter_reading r JOIN charging_station c ON c.id = r.station_id
      WHERE c.location_id = ANY (${args.sites}::uuid[]) AND measured_at >= ${args.from} AND measured_at <= ${args.to}
        AND transaction_id IS NOT NULL AND register_milli_wh IS NOT NULL AND flag IS NULL) r
    WHERE energy > 0 GROUP BY 1, 2`;
}
