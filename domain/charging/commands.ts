import { z } from 'zod';

/**
 * What Valley may ask of a station, in OCPP 2.0.1 words, free of a protocol version.
 * A row of table `command` holds `action` and such a payload; `server/gateway/v16` and `v201` spell it.
 */
export const chargingProfileSchema = z.strictObject({
  id: z.int().positive(),
  stackLevel: z.int().min(0),
  purpose: z.enum(['TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile']),
  /** The station's transaction id as it knows it (1.6: our number as text). TxProfile only. */
  transactionOcppId: z.string().nullable(),
  rateUnit: z.enum(['A', 'W']),
  startAt: z.iso.datetime(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime().nullable(),
  durationS: z.int().positive().nullable(),
  numberPhases: z.int().min(1).max(3).nullable(),
  /** Starts at 0, strictly increasing whole seconds; limit in rateUnit, a multiple of 0.1. */
  periods: z.array(z.strictObject({ startOffsetS: z.int().min(0), limit: z.number().min(0) })).min(1).max(1024),
});
export type ChargingProfile = z.infer<typeof chargingProfileSchema>;

const evseId = z.int().min(0);
const variable = z.strictObject({ component: z.string(), variable: z.string() });

export const commandPayloads = {
  SetChargingProfile: z.strictObject({ evseId, profile: chargingProfileSchema }),
  ClearChargingProfile: z.strictObject({
    evseId: evseId.nullable(), profileId: z.int().nullable(),
    purpose: z.enum(['TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile']).nullable(),
    stackLevel: z.int().min(0).nullable(),
  }),
  GetCompositeSchedule: z.strictObject({ evseId, durationS: z.int().positive(), rateUnit: z.enum(['A', 'W']).nullable() }),
  GetConfiguration: z.strictObject({ keys: z.array(z.string().max(50)) }),
  ChangeConfiguration: z.strictObject({ key: z.string().max(50), value: z.string().max(500) }),
  GetVariables: z.strictObject({ variables: z.array(variable).min(1) }),
  SetVariables: z.strictObject({ variables: z.array(variable.extend({ value: z.string().max(1000) })).min(1) }),
  GetBaseReport: z.strictObject({ requestId: z.int(), reportBase: z.enum(['ConfigurationInventory', 'FullInventory', 'SummaryInventory']) }),
  RequestStartTransaction: z.strictObject({ evseId, idToken: z.string().min(1).max(36), remoteStartId: z.int().positive() }),
  RequestStopTransaction: z.strictObject({ transactionOcppId: z.string() }),
  TriggerMessage: z.strictObject({
    requestedMessage: z.string(), evseId: evseId.nullable(), connectorId: z.int().positive().optional(),
  }),
  Reset: z.strictObject({ type: z.enum(['Immediate', 'OnIdle']) }),
  UnlockConnector: z.strictObject({ evseId, connectorId: z.int().positive() }),
} as const;

export type CommandAction = keyof typeof commandPayloads;
export type CommandPayload<A extends CommandAction> = z.infer<(typeof commandPayloads)[A]>;

/** What is known of a station's smart charging, learned from its answers and its behaviour; all optional. */
export const stationCapabilitiesSchema = z.object({
  smartCharging: z.boolean().optional(),
  rateUnits: z.array(z.enum(['A', 'W'])).optional(),
  maxPeriods: z.int().positive().optional(),
  maxStackLevel: z.int().min(0).optional(),
  sampleIntervalS: z.int().min(0).optional(),
  clockAlignedIntervalS: z.int().min(0).optional(),
  /** The rung of the steering ladder that worked last. */
  rung: z.enum(['TX_PROFILE', 'TX_DEFAULT_PROFILE', 'STATION_MAX_PROFILE', 'OBSERVE']).optional(),
  compositeSchedule: z.boolean().optional(),
  /** Stations that drop or refuse a limit of 0. */
  cannotPause: z.boolean().optional(),
});
export type StationCapabilities = z.infer<typeof stationCapabilitiesSchema>;
