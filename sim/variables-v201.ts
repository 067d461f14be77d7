import type {
  GetVariablesRequest,
  ReportDataType,
  SetVariablesRequest,
} from 'typed-ocpp/dist/ocpp20/types.js';
import type { ProtocolHost } from './protocol.ts';
import { MAX_PROFILES, MAX_STACK_LEVEL, QUIRK_DEFAULTS, type Quirks } from './quirks.ts';
import { parseMeasurands } from './readings.ts';

type DataType = 'integer' | 'boolean' | 'string' | 'OptionList' | 'MemberList';
type Mutability = 'ReadOnly' | 'ReadWrite' | 'WriteOnly';
type Definition = { mutability: Mutability; dataType: DataType; unit?: string };

const seconds: Definition = { mutability: 'ReadWrite', dataType: 'integer', unit: 's' };
const measurands: Definition = { mutability: 'ReadWrite', dataType: 'MemberList' };
const flag: Definition = { mutability: 'ReadWrite', dataType: 'boolean' };
const fixed = (dataType: DataType): Definition => ({ mutability: 'ReadOnly', dataType });

/** Keys are `Component/Variable`, with the variable's instance in brackets. */
const DEFINITIONS: Record<string, Definition> = {
  'OCPPCommCtrlr/HeartbeatInterval': seconds,
  'SampledDataCtrlr/TxUpdatedInterval': seconds,
  'SampledDataCtrlr/TxUpdatedMeasurands': measurands,
  'SampledDataCtrlr/TxStartedMeasurands': measurands,
  'SampledDataCtrlr/TxEndedMeasurands': measurands,
  'AlignedDataCtrlr/Interval': seconds,
  'AlignedDataCtrlr/Measurands': measurands,
  'SmartChargingCtrlr/Enabled': fixed('boolean'),
  'SmartChargingCtrlr/RateUnit': fixed('MemberList'),
  'SmartChargingCtrlr/PeriodsPerSchedule': fixed('integer'),
  'SmartChargingCtrlr/ProfileStackLevel': fixed('integer'),
  'SmartChargingCtrlr/Entries[ChargingProfiles]': fixed('integer'),
  'SmartChargingCtrlr/Phases3to1': fixed('boolean'),
  'SmartChargingCtrlr/ACPhaseSwitchingSupported': fixed('boolean'),
  'TxCtrlr/TxStartPoint': fixed('MemberList'),
  'TxCtrlr/TxStopPoint': fixed('MemberList'),
  'TxCtrlr/StopTxOnInvalidId': flag,
  'TxCtrlr/EVConnectionTimeOut': seconds,
  'AuthCtrlr/OfflineTxForUnknownIdEnabled': flag,
  'SecurityCtrlr/BasicAuthPassword': { mutability: 'WriteOnly', dataType: 'string' },
  'SecurityCtrlr/SecurityProfile': fixed('integer'),
};

const ALL_MEASURANDS =
  'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC';

/** Device model values of a factory-new station with these quirks. */
export function defaultConfig201(quirks: Quirks): Record<string, string> {
  return {
    'OCPPCommCtrlr/HeartbeatInterval': '300',
    'SampledDataCtrlr/TxUpdatedInterval': '60',
    'SampledDataCtrlr/TxUpdatedMeasurands': ALL_MEASURANDS,
    'SampledDataCtrlr/TxStartedMeasurands': 'Energy.Active.Import.Register',
    'SampledDataCtrlr/TxEndedMeasurands': 'Energy.Active.Import.Register',
    'AlignedDataCtrlr/Interval': '0',
    'AlignedDataCtrlr/Measurands': ALL_MEASURANDS,
    'SmartChargingCtrlr/Enabled': 'true',
    'SmartChargingCtrlr/RateUnit': quirks.rateUnit ?? 'A,W',
    'SmartChargingCtrlr/PeriodsPerSchedule': String(quirks.maxPeriods ?? QUIRK_DEFAULTS.maxPeriods),
    'SmartChargingCtrlr/ProfileStackLevel': quirks.stackLevel0Only ? '0' : String(MAX_STACK_LEVEL),
    'SmartChargingCtrlr/Entries[ChargingProfiles]': String(MAX_PROFILES),
    'SmartChargingCtrlr/Phases3to1': 'false',
    'SmartChargingCtrlr/ACPhaseSwitchingSupported': 'false',
    'TxCtrlr/TxStartPoint': quirks.txStartPoint ?? 'Authorized',
    'TxCtrlr/TxStopPoint': 'EVConnected',
    'TxCtrlr/StopTxOnInvalidId': 'true',
    'TxCtrlr/EVConnectionTimeOut': '60',
    'AuthCtrlr/OfflineTxForUnknownIdEnabled': 'true',
    'SecurityCtrlr/BasicAuthPassword': '',
    'SecurityCtrlr/SecurityProfile': '1',
  };
}

type Named = {
  component: { name: string; instance?: string };
  variable: { name: string; instance?: string };
  attributeType?: string;
};

function keyOf({ component, variable }: Named): string {
  const instance = variable.instance === undefined ? '' : `[${variable.instance}]`;
  return `${component.name}/${variable.name}${instance}`;
}

/** Why a variable cannot be reached, or null. */
function unreachable(asked: Named): string | null {
  const { component, attributeType } = asked;
  const names = Object.keys(DEFINITIONS);
  if (!names.some((key) => key.startsWith(`${component.name}/`))) return 'UnknownComponent';
  if (DEFINITIONS[keyOf(asked)] === undefined) return 'UnknownVariable';
  const isActual = attributeType === undefined || attributeType === 'Actual';
  return isActual ? null : 'NotSupportedAttributeType';
}

/** getVariables answers GetVariables; unknown names are answered one by one. */
export function getVariables(host: ProtocolHost, ask: GetVariablesRequest): object {
  const getVariableResult = ask.getVariableData.map((asked) => {
    const { component, variable } = asked;
    const key = keyOf(asked);
    const problem = unreachable(asked);
    if (problem !== null) return { attributeStatus: problem, component, variable };
    if (DEFINITIONS[key]?.mutability === 'WriteOnly') {
      return { attributeStatus: 'Rejected', component, variable };
    }
    const attributeValue = host.config[key] ?? '';
    return { attributeStatus: 'Accepted', attributeValue, component, variable };
  });
  return { getVariableResult };
}

function isAcceptable(definition: Definition, value: string): boolean {
  if (definition.dataType === 'integer') return /^\d{1,7}$/.test(value);
  if (definition.dataType === 'boolean') return value === 'true' || value === 'false';
  if (definition === measurands) return parseMeasurands(value) !== null;
  return true;
}

function setOne(host: ProtocolHost, asked: Named & { attributeValue: string }): string {
  const problem = unreachable(asked);
  if (problem !== null) return problem;
  const key = keyOf(asked);
  const definition = DEFINITIONS[key];
  if (definition === undefined || definition.mutability === 'ReadOnly') return 'Rejected';
  if (!isAcceptable(definition, asked.attributeValue)) return 'Rejected';
  host.config[key] = asked.attributeValue;
  return 'Accepted';
}

/** setVariables answers SetVariables and puts intervals into force. */
export function setVariables(host: ProtocolHost, ask: SetVariablesRequest): object {
  const setVariableResult = ask.setVariableData.map((asked) => ({
    attributeStatus: setOne(host, asked as Named & { attributeValue: string }),
    component: asked.component,
    variable: asked.variable,
  }));
  const { sampling } = host.model.state;
  sampling.sampleS = Number(host.config['SampledDataCtrlr/TxUpdatedInterval'] ?? 0);
  sampling.alignedS = Number(host.config['AlignedDataCtrlr/Interval'] ?? 0);
  host.heartbeatChanged();
  return { setVariableResult };
}

/** The device model as NotifyReport lists it. */
export function reportData(host: ProtocolHost): ReportDataType[] {
  return Object.entries(DEFINITIONS).map(([key, definition]) => {
    const [component = '', rest = ''] = key.split('/');
    const [name = '', instance] = rest.replace(']', '').split('[');
    const { mutability, dataType, unit } = definition;
    const value = mutability === 'WriteOnly' ? {} : { value: host.config[key] ?? '' };
    return {
      component: { name: component },
      variable: instance === undefined ? { name } : { name, instance },
      variableAttribute: [{ type: 'Actual', mutability, ...value }],
      variableCharacteristics: {
        dataType,
        supportsMonitoring: false,
        ...(unit === undefined ? {} : { unit }),
      },
    };
  });
}
