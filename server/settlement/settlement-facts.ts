import { createHash } from 'node:crypto';
import type { PriceInterval } from '#domain/market/price.ts';
import type { RegisterReading, SettlementFacts, TransactionFacts } from '#domain/settlement/facts.ts';
import { profilesInForce } from '#domain/settlement/profiles-in-force.ts';
import { CLOCK_TOLERANCE_S } from '#domain/settlement/stay.ts';
import { secondsFromDate, secondsFromIso, type InstantS } from '#domain/time/instant.ts';
import type { SettlementRow, TransactionJson } from './settlement.store.ts';

const PROBE_S = 300;
/** On a clock that runs n times faster a real second of latency is n seconds. */
const LATENCY_REAL_S = 5;

/** settlementFacts turns a row into the facts of a stay; the same row always gives the same facts. */
export function settlementFacts(
  row: SettlementRow, prices: PriceInterval[], args: { now: InstantS; clockSpeed: number },
): SettlementFacts {
  const transactions = row.transactions.map((transaction) => transactionFacts(transaction, args.now));
  const isFixed = row.contract_kind === 'FIXED';
  const plugInAt = secondsFromDate(row.plug_in_at);
  const stopsAt = row.transactions.flatMap(({ stoppedAt }) => (stoppedAt === null ? [] : [secondsFromIso(stoppedAt)]));
  const plugOutAt = Math.max(plugInAt, ...transactions.map((transaction) => transaction.stoppedAt));
  const clockToleranceS = args.clockSpeed === 1 ? CLOCK_TOLERANCE_S : Math.ceil(CLOCK_TOLERANCE_S + LATENCY_REAL_S * args.clockSpeed);
  const clockAnchorsAt = isUnheard(transactions, clockToleranceS)
    ? [row.clock_before_at, row.clock_after_at].flatMap((at) => (at === null ? [] : [secondsFromDate(at)])) : [];
  return {
    sessionId: row.id, plugInAt, plugOutAt, transactions,
    limits: profilesInForce({ accepted: row.profiles, stopsAt, phases: row.phases === 1 ? 1 : 3 }).filter((limit) => limit.fromAt < plugOutAt)
      .map((limit) => ({ ...limit, toAt: Math.min(limit.toAt, plugOutAt) })),
    ratedPowerW: row.rated_power_w,
    // A fixed contract is settled without: what is published later must not make another revision.
    prices: isFixed ? [] : prices.filter((price) => price.startAt + price.seconds > plugInAt && price.startAt <= plugOutAt),
    ...(isFixed ? { contract: 'FIXED' as const } : {}),
    programme: {
      versionId: String(row.programme_version_id),
      // A contract whose price does not move with the market earns no price cashback (rule 4).
      shareBp: isFixed ? 0 : row.share_bp,
      driverBp: row.driver_bp, mspBp: row.msp_bp, cpoBp: row.cpo_bp, platformBp: row.platform_bp,
      driverCapMicro: row.driver_cap_micro.toString(), minPayoutMicro: row.min_payout_micro.toString(),
    },
    salePriceMicroPerKwh: row.sale_price_micro.toString(),
    probeSeconds: PROBE_S,
    ...(clockAnchorsAt.length === 0 ? {} : { clockAnchorsAt }),
    clockToleranceS,
  };
}

/** Whether the station was away when the stay began or ended, so that its own messages do not prove its clock. */
function isUnheard(transactions: readonly TransactionFacts[], clockToleranceS: number): boolean {
  const readings = transactions.flatMap((transaction) => transaction.readings);
  const isPrompt = ({ at, receivedAt }: RegisterReading) => Math.abs(receivedAt - at) <= clockToleranceS;
  const promptAt = readings.filter(isPrompt).map(({ at }) => at);
  const firstAt = promptAt.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastAt = promptAt.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return readings.some((reading) => !isPrompt(reading) && (reading.at < firstAt || reading.at > lastAt));
}

/** factsDigest is what two settlements of the same facts share. */
export function factsDigest(facts: SettlementFacts): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function transactionFacts(transaction: TransactionJson, now: InstantS): TransactionFacts {
  const startedAt = secondsFromIso(transaction.startedAt);
  const stoppedAt = transaction.stoppedAt === null ? Math.max(now, startedAt) : Math.max(startedAt, secondsFromIso(transaction.stoppedAt));
  const edges: RegisterReading[] = [{
    at: startedAt, receivedAt: secondsFromIso(transaction.startedReceivedAt), registerMilliWh: transaction.startMilliWh, powerW: null,
  }];
  if (transaction.stopMilliWh !== null && transaction.stoppedReceivedAt !== null && transaction.state === 'ENDED') {
    edges.push({
      at: stoppedAt, receivedAt: secondsFromIso(transaction.stoppedReceivedAt), registerMilliWh: transaction.stopMilliWh, powerW: null,
    });
  }
  const readings = transaction.readings.map(([at, receivedAt, registerMilliWh, powerW]): RegisterReading =>
    ({ at: secondsFromIso(at), receivedAt: secondsFromIso(receivedAt), registerMilliWh, powerW }));
  return {
    id: transaction.id, startedAt, stoppedAt,
    readings: [...edges, ...readings].sort((a, b) => a.at - b.at || a.registerMilliWh - b.registerMilliWh || a.receivedAt - b.receivedAt),
  };
}
