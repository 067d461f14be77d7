import { randomUUID } from 'node:crypto';
import type { PriceInterval } from '#domain/market/price.ts';
import { planSession } from '#domain/planning/plan-session.ts';
import { plannedBy } from '#domain/planning/replan.ts';
import { profileFromPlan } from '#domain/planning/profile.ts';
import type { Plan } from '#domain/planning/plan.ts';
import { QUARTER_S, isoFromSeconds, quarterStart, type InstantS } from '#domain/time/instant.ts';
import { publish } from '#server/bus/bus.ts';
import type { Tx } from '#server/db/client.ts';

/** A stay that is over, made up: its meter followed its plan to the watt-hour. */
export type PastStay = {
  stationId: string; evseId: number; idToken: string; plugInAt: InstantS; plugOutAt: InstantS; energyMilliWh: number; powerW: number;
};

const RATED_W = 22_080;
const ACCEPTED_AFTER_S = 1;
const PROBED_AFTER_S = 60;

/**
 * storePastStays writes closed sessions with transactions, readings, plans and accepted profiles, as
 * gateway and worker would have left them, ready to be settled.
 * @param args.prices the zone's curve over all stays, sorted.
 */
export async function storePastStays(
  tx: Tx, args: { tenantId: number; stays: readonly PastStay[]; prices: PriceInterval[] },
): Promise<void> {
  const made = args.stays.map((stay) => makeStay(stay, args.prices));
  await insertSessions(tx, args.tenantId, made);
  await insertReadings(tx, args.tenantId, made);
  await insertPlans(tx, args.tenantId, made);
  await freeEvses(tx, args.stays);
  await publish(tx, 'session', made.map(({ sessionId }) => sessionId));
}

/** Each car was seen to leave: the next one at its EVSE is another stay, whenever the station first speaks. */
async function freeEvses(tx: Tx, stays: readonly PastStay[]): Promise<void> {
  const rows = JSON.stringify(stays.map((stay) => ({ station: stay.stationId, evse: stay.evseId, at: isoFromSeconds(stay.plugOutAt) })));
  await tx.$executeRaw`
    UPDATE evse e SET status = 'Available', status_at = x.at, available_at = x.at
    FROM (SELECT station, evse, max(at) AS at FROM jsonb_to_recordset(${rows}::jsonb)
      AS x (station text, evse int, at timestamptz) GROUP BY 1, 2) x
    WHERE e.station_id = x.station AND e.evse_id = x.evse`;
}

type Made = { sessionId: string; stay: PastStay; plan: Plan; readings: { at: InstantS; registerMilliWh: number; powerW: number }[] };

function makeStay(stay: PastStay, prices: PriceInterval[]): Made {
  const probedAt = stay.plugInAt + PROBED_AFTER_S;
  const probed = Math.floor((stay.powerW * PROBED_AFTER_S * 10) / 36);
  const plan = planSession({
    now: probedAt, plugInAt: stay.plugInAt, deliveredMilliWh: probed, measuredAt: probedAt, drawingW: stay.powerW,
    hasDrawn: true, wantsMore: true, isFull: false, didNotWake: false, isObserved: false,
    wish: { readyByAt: stay.plugOutAt, energyMilliWh: stay.energyMilliWh, minEnergyMilliWh: null, priority: false },
    assumed: { departureAt: stay.plugOutAt, targetsMilliWh: [stay.energyMilliWh], minEnergyMilliWh: 0 },
    ratedPowerW: RATED_W, carPowerW: stay.powerW, phases: 3, caps: [],
    prices: prices.filter((price) => price.startAt + price.seconds > stay.plugInAt && price.startAt < stay.plugOutAt), previous: null,
  }, 'PROBE_DONE');
  return { sessionId: randomUUID(), stay, plan, readings: readingsOf(stay, plan) };
}

function readingsOf(stay: PastStay, plan: Plan): Made['readings'] {
  const at = new Set([plan.madeAt]);
  for (let quarter = quarterStart(stay.plugInAt) + QUARTER_S; quarter < stay.plugOutAt; quarter += QUARTER_S) at.add(quarter);
  for (const period of plan.periods) {
    // A reading just before and after each edge shows the station switching, as a 60 s sample would.
    if (period.fromAt > plan.madeAt && period.fromAt < stay.plugOutAt) at.add(period.fromAt);
  }
  return [...at].sort((a, b) => a - b).map((instant) => ({
    at: instant, registerMilliWh: plannedBy(plan, instant),
    powerW: instant > plan.madeAt && plannedBy(plan, instant) > plannedBy(plan, instant - 1) ? stay.powerW : 0,
  }));
}

async function insertSessions(tx: Tx, tenantId: number, made: readonly Made[]): Promise<void> {
  const rows = JSON.stringify(made.map(({ sessionId, stay, readings }) => ({
    id: sessionId, station: stay.stationId, evse: stay.evseId, card: stay.idToken, plug_in: isoFromSeconds(stay.plugInAt),
    plug_out: isoFromSeconds(stay.plugOutAt), stop: readings.at(-1)?.registerMilliWh ?? 0,
  })));
  await tx.$executeRaw`
    INSERT INTO session (id, tenant_id, location_id, station_id, evse_id, id_token, driver_id, programme_version_id, contract_id,
      sale_price_micro, plug_in_at, plug_out_at, state, planned_version)
    SELECT x.id, ${tenantId}, cs.location_id, x.station, x.evse, x.card, k.driver_id,
      (SELECT id FROM programme_version WHERE tenant_id = ${tenantId} ORDER BY version DESC LIMIT 1),
      (SELECT id FROM contract WHERE tenant_id = ${tenantId} ORDER BY id DESC LIMIT 1),
      l.sale_price_micro, x.plug_in, x.plug_out, 'CLOSED', 1
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS x (id uuid, station text, evse int, card text, plug_in timestamptz, plug_out timestamptz)
    JOIN charging_station cs ON cs.id = x.station JOIN location l ON l.id = cs.location_id
    LEFT JOIN id_token k ON k.tenant_id = ${tenantId} AND k.uid = x.card`;
  await tx.$executeRaw`
    INSERT INTO transaction (tenant_id, session_id, station_id, evse_id, connector_id, ocpp_id, id_token, started_at,
      started_received_at, meter_start_milli_wh, stopped_at, stopped_received_at, meter_stop_milli_wh, stop_reason, state)
    SELECT ${tenantId}, x.id, x.station, x.evse, 1, x.id::text, x.card, x.plug_in, x.plug_in, 0, x.plug_out, x.plug_out, x.stop,
      'EVDisconnected', 'ENDED'
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS x (id uuid, station text, evse int, card text, plug_in timestamptz, plug_out timestamptz, stop bigint)`;
}

async function insertReadings(tx: Tx, tenantId: number, made: readonly Made[]): Promise<void> {
  const rows = JSON.stringify(made.flatMap(({ sessionId, readings }) => readings.map((reading) => ({
    id: sessionId, at: isoFromSeconds(reading.at), register: reading.registerMilliWh, power: reading.powerW,
  }))));
  await tx.$executeRaw`
    INSERT INTO meter_reading (tenant_id, station_id, evse_id, transaction_id, measured_at, received_at, context, digest,
      register_milli_wh, power_w, samples)
    SELECT ${tenantId}, t.station_id, t.evse_id, t.id, x.at, x.at, 'Sample.Periodic', t.id, x.register, x.power, '[]'
    FROM jsonb_to_recordset(${rows}::jsonb) AS x (id uuid, at timestamptz, register bigint, power int)
    JOIN transaction t ON t.session_id = x.id`;
}

async function insertPlans(tx: Tx, tenantId: number, made: readonly Made[]): Promise<void> {
  const rows = JSON.stringify(made.map(({ sessionId, stay, plan }) => ({
    id: sessionId, station: stay.stationId, made_at: isoFromSeconds(plan.madeAt), accepted_at: isoFromSeconds(plan.madeAt + ACCEPTED_AFTER_S),
    plan, payload: {
      evseId: stay.evseId,
      profile: profileFromPlan({
        periods: plan.periods, rung: 'TX_PROFILE', evseId: stay.evseId, phases: 3, transactionOcppId: sessionId, capabilities: { maxPeriods: 1024 },
      }).profile,
    },
  })));
  await tx.$executeRaw`
    INSERT INTO plan (tenant_id, session_id, version, reason, made_at, digest, content)
    SELECT ${tenantId}, x.id, 1, x.plan->>'reason', x.made_at, sha256(convert_to(x.plan::text, 'UTF8')), x.plan
    FROM jsonb_to_recordset(${rows}::jsonb) AS x (id uuid, made_at timestamptz, plan jsonb)`;
  await tx.$executeRaw`
    INSERT INTO command (tenant_id, station_id, session_id, plan_version, rung, action, payload, state, answer, requested_at, sent_at, answered_at)
    SELECT ${tenantId}, x.station, x.id, 1, 'TX_PROFILE', 'SetChargingProfile', x.payload, 'ACCEPTED', '{"status":"Accepted"}',
      x.made_at, x.made_at, x.accepted_at
    FROM jsonb_to_recordset(${rows}::jsonb) AS x (id uuid, station text, made_at timestamptz, accepted_at timestamptz, payload jsonb)`;
}
