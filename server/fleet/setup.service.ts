import { randomUUID } from 'node:crypto';
import type { CommandPayload } from '#domain/charging/commands.ts';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import type { Asked } from './station-action.ts';
import type { StationIdentity } from './station.store.ts';

/**
 * Configuration keys of 1.6 asked of every station, in the standard's spelling: those from which
 * capabilities are learned, and others that the log shows to whoever looks for a fault.
 */
const KEYS_16 = [
  'SupportedFeatureProfiles',
  'NumberOfConnectors',
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'ChargingScheduleMaxPeriods',
  'MaxChargingProfilesInstalled',
  'ConnectorSwitch3to1PhaseSupported',
  'MeterValueSampleInterval',
  'ClockAlignedDataInterval',
  'MeterValuesSampledData',
  'MeterValuesAlignedData',
] as const;

const SAMPLE_S = '60';
const ALIGNED_S = '900';
const MEASURANDS_ALL =
  'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC';
const MEASURANDS_OFFERED = 'Energy.Active.Import.Register,Power.Active.Import,Current.Offered';
const MEASURANDS_LEAST = 'Energy.Active.Import.Register,Power.Active.Import';
const MEASURANDS_REGISTER = 'Energy.Active.Import.Register';
/** What to ask for next where a station refuses a list: the register alone is always measured. */
const FALLBACKS: Readonly<Record<string, string>> = {
  [MEASURANDS_ALL]: MEASURANDS_OFFERED,
  [MEASURANDS_OFFERED]: MEASURANDS_LEAST,
  [MEASURANDS_LEAST]: MEASURANDS_REGISTER,
};

const setup16: readonly Asked[] = [
  { action: 'GetConfiguration', payload: { keys: [...KEYS_16] } },
  { action: 'ChangeConfiguration', payload: { key: 'ClockAlignedDataInterval', value: ALIGNED_S } },
  { action: 'ChangeConfiguration', payload: { key: 'MeterValueSampleInterval', value: SAMPLE_S } },
  {
    action: 'ChangeConfiguration',
    payload: { key: 'MeterValuesSampledData', value: MEASURANDS_ALL },
  },
  {
    action: 'ChangeConfiguration',
    payload: { key: 'MeterValuesAlignedData', value: MEASURANDS_ALL },
  },
];

const VARIABLES_201 = [
  { component: 'SmartChargingCtrlr', variable: 'Enabled' },
  { component: 'SmartChargingCtrlr', variable: 'RateUnit' },
  { component: 'SmartChargingCtrlr', variable: 'PeriodsPerSchedule' },
  { component: 'SmartChargingCtrlr', variable: 'ProfileStackLevel' },
  { component: 'SampledDataCtrlr', variable: 'TxUpdatedInterval' },
  { component: 'AlignedDataCtrlr', variable: 'Interval' },
] as const;

const setup201: readonly Asked[] = [
  { action: 'GetVariables', payload: { variables: [...VARIABLES_201] } },
  variable201('AlignedDataCtrlr', 'Interval', ALIGNED_S),
  variable201('SampledDataCtrlr', 'TxUpdatedInterval', SAMPLE_S),
  variable201('SampledDataCtrlr', 'TxStartedMeasurands', MEASURANDS_LEAST),
  variable201('SampledDataCtrlr', 'TxUpdatedMeasurands', MEASURANDS_ALL),
  variable201('SampledDataCtrlr', 'TxEndedMeasurands', MEASURANDS_LEAST),
  variable201('AlignedDataCtrlr', 'Measurands', MEASURANDS_ALL),
];

/** One variable a message: a refusal then says which, and short messages fit every station. */
function variable201(component: string, variable: string, value: string): Asked {
  return { action: 'SetVariables', payload: { variables: [{ component, variable, value }] } };
}

/** requestSetup asks a booted station what it can do and sets its metering; unsent older requests are dropped. */
export async function requestSetup(
  tx: Tx,
  args: { station: StationIdentity; protocol: string; at: Date },
): Promise<void> {
  const { station, at } = args;
  const wanted = args.protocol === 'ocpp1.6' ? setup16 : setup201;
  await tx.$executeRaw`
    UPDATE command SET state = 'SUPERSEDED'
    WHERE station_id = ${station.id} AND state = 'REQUESTED' AND session_id IS NULL AND action IN
      ('GetConfiguration', 'ChangeConfiguration', 'GetVariables', 'SetVariables')`;
  await requestCommands(tx, { station, at, commands: wanted });
}

/** requestCommands writes commands without a session, to be sent in this order. @returns their ids. */
export async function requestCommands(
  tx: Tx,
  args: { station: StationIdentity; at: Date; commands: readonly Asked[] },
): Promise<string[]> {
  const { station, at, commands } = args;
  if (commands.length === 0) return [];
  const rows = commands.map((command, n) => ({ id: randomUUID(), n, ...command }));
  // Rows of one transaction share now(): a microsecond each keeps their order.
  await tx.$executeRaw`
    INSERT INTO command (id, tenant_id, station_id, action, payload, requested_at, created_at)
    SELECT r.id, ${station.tenantId}, ${station.id}, r.action, r.payload, ${at.toISOString()}::timestamptz,
      now() + r.n * interval '1 microsecond'
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(id uuid, n integer, action text, payload jsonb)`;
  await publish(tx, 'command', [station.id]);
  return rows.map((row) => row.id);
}

/** Intervals in seconds, the wanted one first, then the nearest to it that stations are known to take. */
const SAMPLE_LADDER = [SAMPLE_S, '30', '120', '300', '900'];
const ALIGNED_LADDER = [ALIGNED_S, '600', '300', '1800', '3600'];
const INTERVALS: Readonly<Record<string, readonly string[]>> = {
  MeterValueSampleInterval: SAMPLE_LADDER,
  ClockAlignedDataInterval: ALIGNED_LADDER,
  'SampledDataCtrlr.TxUpdatedInterval': SAMPLE_LADDER,
  'AlignedDataCtrlr.Interval': ALIGNED_LADDER,
};

function nextValue(setting: string, refused: string): string | undefined {
  const ladder = INTERVALS[setting];
  if (ladder === undefined) return FALLBACKS[refused];
  const at = ladder.indexOf(refused);
  return at < 0 ? undefined : ladder[at + 1];
}

/** fallbackFor is what to ask for after a station refused a setting, or null where nothing is left. */
export function fallbackFor(action: string, payload: unknown): Asked | null {
  if (action === 'ChangeConfiguration') {
    const { key, value } = payload as CommandPayload<'ChangeConfiguration'>;
    const next = nextValue(key, value);
    return next === undefined ? null : { action, payload: { key, value: next } };
  }
  if (action !== 'SetVariables') return null;
  const [first] = (payload as CommandPayload<'SetVariables'>).variables;
  if (first === undefined) return null;
  const next = nextValue(`${first.component}.${first.variable}`, first.value);
  return next === undefined ? null : variable201(first.component, first.variable, next);
}
