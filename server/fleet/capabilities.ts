import { stationCapabilitiesSchema, type StationCapabilities } from '#domain/charging/commands.ts';

const INT32_MAX = 2_147_483_647;

function wholeNumber(value: string | null | undefined, least: number): number | undefined {
  const number = Number(value?.trim() || Number.NaN);
  return Number.isSafeInteger(number) && number >= least && number <= INT32_MAX
    ? number
    : undefined;
}

/** rateUnits reads what stations say for amperes and watts: Current, Power, A, W, Amps. */
export function rateUnits(value: string | null | undefined): ('A' | 'W')[] | undefined {
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const words = value
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  const units: ('A' | 'W')[] = [];
  if (words.some((word) => word.startsWith('a') || word.startsWith('current'))) units.push('A');
  if (words.some((word) => word.startsWith('w') || word.startsWith('power'))) units.push('W');
  return units.length === 0 ? undefined : units;
}

function withoutGaps(found: {
  [K in keyof StationCapabilities]: StationCapabilities[K] | undefined;
}): StationCapabilities {
  const known = Object.entries(found).filter(([, value]) => value !== undefined);
  return stationCapabilitiesSchema.parse(Object.fromEntries(known));
}

/** capabilitiesFrom16 reads the configuration keys of a 1.6 station; absent keys are common. */
export function capabilitiesFrom16(
  configuration: readonly { key: string; value: string | null }[],
): StationCapabilities {
  const values = new Map(configuration.map(({ key, value }) => [key.toLowerCase(), value]));
  const value = (key: string) => values.get(key.toLowerCase());
  const profiles = value('SupportedFeatureProfiles');
  return withoutGaps({
    smartCharging: profiles ? /smart\s*charging/i.test(profiles) : undefined,
    rateUnits: rateUnits(value('ChargingScheduleAllowedChargingRateUnit')),
    maxPeriods: wholeNumber(value('ChargingScheduleMaxPeriods'), 1),
    maxStackLevel: wholeNumber(value('ChargeProfileMaxStackLevel'), 0),
    sampleIntervalS: wholeNumber(value('MeterValueSampleInterval'), 0),
    clockAlignedIntervalS: wholeNumber(value('ClockAlignedDataInterval'), 0),
  });
}

/** capabilitiesFrom201 reads variables of the device model of a 2.0.1 station. */
export function capabilitiesFrom201(
  variables: readonly { component: string; variable: string; value: string | null }[],
): StationCapabilities {
  const values = new Map(
    variables.map((each) => [`${each.component}.${each.variable}`.toLowerCase(), each.value]),
  );
  const value = (name: string) => values.get(name.toLowerCase());
  const isEnabled = value('SmartChargingCtrlr.Enabled') ?? value('SmartChargingCtrlr.Available');
  return withoutGaps({
    smartCharging: isEnabled ? isEnabled.toLowerCase() === 'true' : undefined,
    rateUnits: rateUnits(value('SmartChargingCtrlr.RateUnit')),
    maxPeriods: wholeNumber(value('SmartChargingCtrlr.PeriodsPerSchedule'), 1),
    maxStackLevel: wholeNumber(value('SmartChargingCtrlr.ProfileStackLevel'), 0),
    sampleIntervalS: wholeNumber(value('SampledDataCtrlr.TxUpdatedInterval'), 0),
    clockAlignedIntervalS: wholeNumber(value('AlignedDataCtrlr.Interval'), 0),
  });
}
