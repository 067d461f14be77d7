import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { csvOf } from '../../_client/csv.ts';

export type Statement = inferRouterOutputs<AppRouter>['charging']['statement'];

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
        energyKwh === null ? null : Number((energyKwh * price).toFixed(6)),
        stay.cashbackMicro === null ? null : Number(stay.cashbackMicro) / 1_000_000,
        stay.steeredSeconds === null ? null : Math.round(stay.steeredSeconds / 60),
        stay.settleState,
      ];
    }),
  );
}
