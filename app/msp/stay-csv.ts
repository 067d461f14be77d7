import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { csvOf } from '../_client/csv.ts';

export type MspStay = inferRouterOutputs<AppRouter>['msp']['stays']['stays'][number];

const MICRO = 1_000_000;
const HEAD = [
  'session_id',
  'operator',
  'plug_in_utc',
  'plug_out_utc',
  'card_end',
  'energy_kwh',
  'cashback_eur',
  'msp_eur',
  'revision',
  'programme_version',
] as const;

/** mspCsv is a provider's stays as a file, amounts to the micro-euro. */
export function mspCsv(stays: readonly MspStay[]): string {
  return csvOf(
    HEAD,
    stays.map((stay) => [
      stay.sessionId,
      stay.operator,
      stay.plugInAt.toISOString(),
      stay.plugOutAt.toISOString(),
      stay.cardEnd,
      stay.energyMilliWh / MICRO,
      Number(stay.cashbackMicro) / MICRO,
      Number(stay.ownMicro) / MICRO,
      stay.revision,
      stay.programmeVersion,
    ]),
  );
}
