import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { moneyFlow } from '#domain/charging/money-flow.ts';
import { csvOf } from '../../_client/csv.ts';

type Statement = inferRouterOutputs<AppRouter>['charging']['statement']['stays'];

const HEAD = [
  'session_id',
  'plug_in_utc',
  'plug_out_utc',
  'location',
  'station',
  'evse',
  'energy_kwh',
  'sale_price_eur_kwh',
  'bill_eur',
  'cashback_eur',
  'steered_min',
  'state',
] as const;

/** The receipt's bill, rounded half-even as there. */
function billOf(energyMilliWh: number, salePriceMicroPerKwh: string): number {
  const parts = { driverMicro: 0n, mspMicro: 0n, platformMicro: 0n, cpoMicro: 0n };
  const flow = moneyFlow({ energyMilliWh, salePriceMicroPerKwh, actualExact: 0n, parts });
  return Number(flow.billMicro) / 1_000_000;
}

/** statementCsv is a driver's stays as a file; what is not settled is an empty cell, never 0. */
export function statementCsv(stays: Statement): string {
  return csvOf(
    HEAD,
    stays.map((stay) => {
      const price = Number(stay.salePriceMicro) / 1_000_000;
      const energyKwh = stay.energyMilliWh === null ? null : stay.energyMilliWh / 1_000_000;
      return [
        stay.sessionId,
        stay.plugInAt.toISOString(),
        stay.plugOutAt?.toISOString() ?? null,
        stay.locationName,
        stay.stationId,
        stay.evseId,
        energyKwh,
        price,
        stay.energyMilliWh === null ? null : billOf(stay.energyMilliWh, stay.salePriceMicro),
        stay.cashbackMicro === null ? null : Number(stay.cashbackMicro) / 1_000_000,
        stay.steeredSeconds === null ? null : Math.round(stay.steeredSeconds / 60),
        stay.settleState,
      ];
    }),
  );
}
