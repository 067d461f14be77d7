import type { ProtocolHost } from './protocol.ts';
import { MAX_PROFILES, MAX_STACK_LEVEL, QUIRK_DEFAULTS, type Quirks } from './quirks.ts';
import { parseMeasurands } from './readings.ts';

const DEFAULT_MEASURANDS =
  'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC';

const READ_ONLY = new Set([
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'ChargingScheduleMaxPeriods',
  'MaxChargingProfilesInstalled',
  'NumberOfConnectors',
  'SupportedFeatureProfiles',
  'GetConfigurationMaxKeys',
  'ConnectorSwitch3to1PhaseSupported',
]);
const INTERVALS = new Set([
  'HeartbeatInterval',
  'MeterValueSampleInterval',
  'ClockAlignedDataInterval',
  'ConnectionTimeOut',
  'WebSocketPingInterval',
  'TransactionMessageAttempts',
  'TransactionMessageRetryInterval',
]);
const MEASURAND_LISTS = new Set(['MeterValuesSampledData', 'MeterValuesAlignedData']);
/** Keys that can be written and never read. */
const SECRET = new Set(['AuthorizationKey']);

function rateUnits(quirks: Quirks): string {
  if (quirks.rateUnit === undefined) return 'Current,Power';
  return quirks.rateUnit === 'A' ? 'Current' : 'Power';
}

/** Configuration of a factory-new station with these quirks. */
export function defaultConfig16(quirks: Quirks, connectors: number): Record<string, string> {
  return {
    AllowOfflineTxForUnknownId: 'true',
    AuthorizationKey: '',
    AuthorizeRemoteTxRequests: 'false',
    ChargeProfileMaxStackLevel: quirks.stackLevel0Only === true ? '0' : String(MAX_STACK_LEVEL),
    ChargingScheduleAllowedChargingRateUnit: rateUnits(quirks),
    ChargingScheduleMaxPeriods: String(quirks.maxPeriods ?? QUIRK_DEFAULTS.maxPeriods),
    ClockAlignedDataInterval: '0',
    ConnectionTimeOut: '60',
    ConnectorPhaseRotation: '0.RST',
    ConnectorSwitch3to1PhaseSupported: 'false',
    GetConfigurationMaxKeys: '100',
    HeartbeatInterval: '300',
    LocalAuthorizeOffline: 'true',
    LocalPreAuthorize: 'false',
    MaxChargingProfilesInstalled: String(MAX_PROFILES),
    MeterValueSampleInterval: '60',
    MeterValuesAlignedData: DEFAULT_MEASURANDS,
    MeterValuesSampledData: DEFAULT_MEASURANDS,
    NumberOfConnectors: String(connectors),
    ResetRetries: '1',
    StopTransactionOnEVSideDisconnect: 'true',
    StopTransactionOnInvalidId: 'true',
    StopTxnAlignedData: '',
    StopTxnSampledData: '',
    SupportedFeatureProfiles: 'Core,RemoteTrigger,SmartCharging',
    TransactionMessageAttempts: '3',
    TransactionMessageRetryInterval: '10',
    UnlockConnectorOnEVSideDisconnect: 'true',
    WebSocketPingInterval: '0',
  };
}

/** readConfig answers GetConfiguration; an empty list of keys asks for all of them. */
export function readConfig(config: Record<string, string>, keys: readonly string[]): object {
  const asked = keys.length === 0 ? Object.keys(config) : keys;
  const known = asked.filter((key) => Object.hasOwn(config, key));
  const configurationKey = known.map((key) => ({
    key,
    readonly: READ_ONLY.has(key),
    ...(SECRET.has(key) ? {} : { value: config[key] ?? '' }),
  }));
  return { configurationKey, unknownKey: asked.filter((key) => !Object.hasOwn(config, key)) };
}

function isAcceptable(key: string, value: string): boolean {
  if (INTERVALS.has(key)) return /^\d{1,7}$/.test(value);
  if (MEASURAND_LISTS.has(key)) return parseMeasurands(value) !== null;
  return true;
}

/** writeConfig answers ChangeConfiguration and puts intervals into force. */
export function writeConfig(host: ProtocolHost, key: string, value: string): string {
  const { config } = host;
  if (!Object.hasOwn(config, key)) return 'NotSupported';
  if (READ_ONLY.has(key) || !isAcceptable(key, value)) return 'Rejected';
  config[key] = value;
  const { sampling } = host.model.state;
  sampling.sampleS = Number(config['MeterValueSampleInterval'] ?? 0);
  sampling.alignedS = Number(config['ClockAlignedDataInterval'] ?? 0);
  if (key === 'HeartbeatInterval') host.heartbeatChanged();
  return 'Accepted';
}
