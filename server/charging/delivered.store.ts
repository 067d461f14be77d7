import type { Tx } from '../db/client.ts';

export type DeliveredRow = { site_id: string; start_at: Date; energy: bigint; evses: number };

/**
 * deliveredAtSites is metered energy (milli-Wh) per site and quarter: each reading's register over the one before it;
 * `evses` counts the charging points with a transaction in that quarter.
 */
export async function deliveredAtSites(
  tx: Tx, args: { sites: readonly string[]; from: Date; to: Date },
): Promise<DeliveredRow[]> {
  return await tx.$queryRaw<DeliveredRow[]>`
    SELECT site_id, date_bin('15 minutes', measured_at - interval '1 microsecond', '2000-01-01Z') AS start_at,
      sum(greatest(energy, 0))::bigint AS energy, count(DISTINCT (station_id, evse_id))::int AS evses
    FROM (SELECT c.location_id AS site_id, r.station_id, r.evse_id, measured_at,
        register_milli_wh - lag(register_milli_wh) OVER (PARTITION BY transaction_id ORDER BY measured_at) AS energy
      FROM charging_station c JOIN evse e ON e.station_id = c.id
        JOIN meter_reading r ON r.station_id = e.station_id AND r.evse_id = e.evse_id
      WHERE c.location_id = ANY (${args.sites}::uuid[]) AND measured_at >= ${args.from} AND measured_at <= ${args.to}
        AND transaction_id IS NOT NULL AND register_milli_wh IS NOT NULL AND flag IS NULL) r
    WHERE energy IS NOT NULL GROUP BY 1, 2 HAVING sum(greatest(energy, 0)) > 0`;
}
