import type { Tx } from '../db/client.ts';

/** A site that lies in the tx's municipality. */
export type CitySiteRow = { site_id: string; site: string; operator: string; time_zone: string; bidding_zone: string };

/** A stay of the span: what it got, or is still to get. `card` only tells two drivers apart. */
export type CityStayRow = {
  plug_in_at: Date; plug_out_at: Date | null; card: string; energy: bigint | null; power_w: number | null;
  metered_w: number | null; cashback_micro: bigint | null;
};

export async function citySites(tx: Tx): Promise<CitySiteRow[]> {
  return await tx.$queryRaw<CitySiteRow[]>`SELECT * FROM city_sites()`;
}

/** staysAtSites reads as the system; only sums over enough drivers leave the service. */
export async function staysAtSites(
  tx: Tx, args: { sites: readonly string[]; from: Date; to: Date },
): Promise<CityStayRow[]> {
  const { sites, from, to } = args;
  return await tx.$queryRaw<CityStayRow[]>`
    SELECT s.plug_in_at, s.plug_out_at, lower(s.id_token) AS card,
      CASE WHEN s.state = 'OPEN' THEN (p.content ->> 'targetMilliWh')::bigint ELSE t.energy END AS energy,
      (p.content ->> 'powerW')::float8 AS power_w, m.power_w AS metered_w, r.driver_micro AS cashback_micro
    FROM session s
    LEFT JOIN LATERAL (SELECT content FROM plan p WHERE p.session_id = s.id ORDER BY version DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT sum(greatest(0, meter_stop_milli_wh - meter_start_milli_wh))::bigint AS energy
      FROM transaction t WHERE t.session_id = s.id) t ON true
    LEFT JOIN LATERAL (SELECT power_w FROM meter_reading m WHERE s.state = 'OPEN' AND m.station_id = s.station_id AND m.evse_id = s.evse_id
      AND m.power_w IS NOT NULL AND m.measured_at <= ${to} AND m.measured_at >= s.plug_in_at ORDER BY m.measured_at DESC LIMIT 1) m ON true
    LEFT JOIN LATERAL (SELECT driver_micro FROM ledger.settlement r WHERE r.session_id = s.id ORDER BY r.rev DESC LIMIT 1) r ON true
    WHERE s.location_id = ANY (${sites}::uuid[]) AND s.plug_in_at < ${to} AND (s.plug_out_at IS NULL OR s.plug_out_at > ${from})`;
}
