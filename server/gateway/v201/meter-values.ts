import type {
  MeterValuesRequest,
  MeterValueType,
  SampledValueType,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { normaliseReading, type SampledValue } from '#domain/charging/meter-values.ts';
import type { NewReading } from '../../charging/readings.store.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber } from '../rpc/numbers.ts';
import { recording, type CallContext } from '../rpc/route.ts';

function sampled(value: SampledValueType): SampledValue {
  return {
    // The shortest text of the number is the one the station wrote: no digit is invented.
    value: String(value.value),
    context: value.context,
    measurand: value.measurand,
    phase: value.phase,
    location: value.location,
    unit: value.unitOfMeasure?.unit,
    multiplier: value.unitOfMeasure?.multiplier,
  };
}

/** readings201 normalises the meter values of one EVSE; signed data is kept beside its plain value. */
export function readings201(
  meterValues: readonly MeterValueType[],
  evseId: number,
  { station, receivedAt }: CallContext,
): NewReading[] {
  return meterValues.map((meterValue) => {
    const { at, isClockSet } = deviceTime(meterValue.timestamp, receivedAt);
    const reading = normaliseReading(meterValue.sampledValue.map(sampled));
    for (const [index, sample] of reading.samples.entries()) {
      const signed = meterValue.sampledValue[index]?.signedMeterValue;
      if (signed !== undefined) sample.raw = JSON.stringify(signed);
    }
    return {
      tenantId: station.tenantId,
      stationId: station.id,
      evseId,
      transactionId: null,
      measuredAt: at,
      receivedAt,
      clockFlag: isClockSet ? null : 'CLOCK',
      reading,
    };
  });
}

export const meterValuesRoute = recording<MeterValuesRequest>((request, context) =>
  readings201(request.meterValue, evseNumber(request.evseId, 0), context),
);
