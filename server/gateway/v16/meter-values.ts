import type { MeterValuesRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import { normaliseReading, type SampledValue } from '#domain/charging/meter-values.ts';
import type { NewReading } from '../../charging/readings.store.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber } from '../rpc/numbers.ts';
import { recording, type CallContext } from '../rpc/route.ts';

const INT32_MAX = 2_147_483_647;

type MeterValue16 = MeterValuesRequest['meterValue'][number];

function sampled(value: MeterValue16['sampledValue'][number]): SampledValue {
  if (value.format !== 'SignedData') return value;
  return { ...value, value: '', signed: value.value };
}

/** readings16 normalises the meter values of one EVSE; an id that is no id of ours counts as none. */
export function readings16(
  meterValues: readonly MeterValue16[],
  of: { evseId: number; transactionId: number | undefined },
  { station, receivedAt }: CallContext,
): NewReading[] {
  const { transactionId = 0 } = of;
  return meterValues.map((meterValue) => {
    const { at, isClockSet } = deviceTime(meterValue.timestamp, receivedAt);
    return {
      tenantId: station.tenantId,
      stationId: station.id,
      evseId: of.evseId,
      transactionId: transactionId > 0 && transactionId <= INT32_MAX ? transactionId : null,
      measuredAt: at,
      receivedAt,
      clockFlag: isClockSet ? null : 'CLOCK',
      reading: normaliseReading(meterValue.sampledValue.map(sampled)),
    };
  });
}

export const meterValuesRoute = recording<MeterValuesRequest>((request, context) =>
  readings16(
    request.meterValue,
    {
      evseId: evseNumber(request.connectorId, 0),
      transactionId: request.transactionId,
    },
    context,
  ),
);
