import { randomUUID } from 'node:crypto';
import type { Plan } from '#domain/planning/plan.ts';
import { dateFromSeconds, type InstantS } from '#domain/time/instant.ts';
import type { ChargingProfile } from '#domain/charging/commands.ts';
import type { World } from '../settlement/world.fixture.ts';

export type CommandOf = {
  id: string; action: string; state: string; rung: string | null; plan_version: number | null;
  payload: { evseId: number; profile: ChargingProfile; profileId?: number };
};

/** One open stay at a station, played by the test: what the station and the driver do becomes rows. */
export type OpenStay = {
  id: string;
  ocppId: string;
  /** The register (milli-Wh since plug-in) and power at an instant. */
  meter(at: InstantS, registerMilliWh: number, powerW: number): Promise<void>;
  wish(wish: { readyByAt?: InstantS; energyMilliWh?: number; priority?: boolean }): Promise<void>;
  /** The station answers the newest command that waits for one. */
  answer(state: 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT', answer?: object): Promise<void>;
  /** The station's connection breaks and comes back. */
  reconnect(): Promise<void>;
  stop(): Promise<void>;
  plans(): Promise<(Plan & { version: number })[]>;
  commands(action?: string): Promise<CommandOf[]>;
  session(): Promise<{ steering: string; state: string; wake_at: Date | null; planned: boolean }>;
};

/** openStay plugs a car in at `world.clock.at` with a transaction that runs. */
export async function openStay(world: World, stationId: string, evseId = 1): Promise<OpenStay> {
  const id = randomUUID();
  const ocppId = id.slice(0, 8);
  const now = () => dateFromSeconds(world.clock.at);
  await world.rows(`INSERT INTO evse (tenant_id, station_id, evse_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [world.tenantId, stationId, evseId]);
  await world.rows(`INSERT INTO connection (station_id, tenant_id, epoch, node, protocol, connected_at) VALUES ($1, $2, 1, 'test', 'ocpp1.6', $3)
    ON CONFLICT DO NOTHING`, [stationId, world.tenantId, now()]);
  await world.rows(`INSERT INTO session (id, tenant_id, location_id, station_id, evse_id, id_token, programme_version_id, contract_id,
    sale_price_micro, plug_in_at) VALUES ($1, $2, $3, $4, $5, 'CARD', $6, $7, 450000, $8)`,
  [id, world.tenantId, world.locationId, stationId, evseId, world.programmeId, world.contractId, now()]);
  await world.rows(`INSERT INTO transaction (tenant_id, session_id, station_id, evse_id, ocpp_id, id_token, started_at, started_received_at,
    meter_start_milli_wh) VALUES ($1, $2, $3, $4, $5, 'CARD', $6, $6, 0)`, [world.tenantId, id, stationId, evseId, ocppId, now()]);
  const touch = () => world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [id]);
  let readings = 0;
  return {
    id, ocppId,
    async meter(at, registerMilliWh, powerW) {
      readings += 1;
      await world.rows(`INSERT INTO meter_reading (tenant_id, station_id, evse_id, transaction_id, measured_at, received_at, context, digest,
        register_milli_wh, power_w, samples) SELECT tenant_id, station_id, evse_id, id, $2, $2, 'Sample.Periodic', $3, $4, $5, '[]'
        FROM transaction WHERE session_id = $1 AND state = 'ACTIVE'`, [id, dateFromSeconds(at), readings, registerMilliWh, powerW]);
      await touch();
    },
    async wish({ readyByAt, energyMilliWh, priority = false }) {
      await world.rows(`INSERT INTO charging_preference (tenant_id, session_id, version, ready_by_at, energy_milli_wh, priority, source, request_id, made_at)
        SELECT $1, $2, count(*) + 1, $3, $4, $5, 'DRIVER', gen_random_uuid(), $6 FROM charging_preference WHERE session_id = $2`,
      [world.tenantId, id, readyByAt === undefined ? null : dateFromSeconds(readyByAt), energyMilliWh ?? null, priority, now()]);
      await touch();
    },
    async answer(state, answer = { status: state === 'ACCEPTED' ? 'Accepted' : 'Rejected' }) {
      const answered = await world.rows(`UPDATE command SET state = $2, answer = $3, sent_at = $4, answered_at = $4 WHERE id = (SELECT id FROM command
        WHERE session_id = $1 AND state = 'REQUESTED' ORDER BY created_at DESC LIMIT 1) RETURNING id`, [id, state, answer, now()]);
      if (answered.length !== 1) throw new Error('no command waits for an answer');
      await touch();
    },
    async reconnect() {
      await world.rows('UPDATE connection SET epoch = epoch + 1 WHERE station_id = $1', [stationId]);
      await touch();
    },
    async stop() {
      await world.rows(`UPDATE transaction SET state = 'ENDED', stopped_at = $2, stopped_received_at = $2, meter_stop_milli_wh = 0 WHERE session_id = $1`, [id, now()]);
      await world.rows("UPDATE session SET state = 'CLOSED', plug_out_at = $2, facts_version = facts_version + 1 WHERE id = $1", [id, now()]);
    },
    plans: async () => (await world.rows<{ version: number; content: Plan }>(
      'SELECT version, content FROM plan WHERE session_id = $1 ORDER BY version', [id])).map(({ version, content }) => ({ ...content, version })),
    commands: (action = 'SetChargingProfile') => world.rows<CommandOf>(`SELECT id, action, state, rung, plan_version, payload FROM command
      WHERE session_id = $1 AND action = $2 ORDER BY created_at, id`, [id, action]),
    async session() {
      const [row] = await world.rows<{ steering: string; state: string; wake_at: Date | null; planned: boolean }>(
        'SELECT steering, state, wake_at, planned_version >= facts_version AS planned FROM session WHERE id = $1', [id]);
      if (row === undefined) throw new Error('no session');
      return row;
    },
  };
}

/** A station that is alone at its location and unknown so far. */
export async function addStation(world: World, stationId: string, capabilities: object = {}): Promise<void> {
  await world.rows(`INSERT INTO charging_station (id, tenant_id, location_id, key_hash, capabilities)
    VALUES ($1, $2, $3, sha256($1::text::bytea), $4)`, [stationId, world.tenantId, world.locationId, capabilities]);
}

export async function capabilitiesOf(world: World, stationId: string): Promise<Record<string, unknown>> {
  const [row] = await world.rows<{ capabilities: Record<string, unknown> }>('SELECT capabilities FROM charging_station WHERE id = $1', [stationId]);
  return row?.capabilities ?? {};
}
