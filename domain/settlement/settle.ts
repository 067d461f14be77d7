import type { PriceInterval } from '../market/price.ts';
import { costExact, type ExactEur } from '../money/money.ts';
import { isoFromSeconds, QUARTER_S, type InstantS } from '../time/instant.ts';
import { creditEndOf } from './credit.ts';
import type { NeutralReason, SettledQuarter, SettlementFacts, SettlementResult } from './facts.ts';
import { potOf } from './pot.ts';
import { replay, type Replay } from './replay.ts';
import { stayOf } from './stay.ts';

/**
 * settle computes what a stay's pauses saved and how it is shared: a pure function of stored
 * facts, the same to the micro-euro wherever and whenever it runs (settlement rules 1 to 19).
 *
 * Both columns hold the same energy, so a price that is the same in every quarter cancels out
 * exactly; saving = Σ (baseline − metered) × price.
 * @returns `waiting` while a quarter with energy has no published price; a price is never guessed.
 * Where nothing can be paid whatever the price, the stay is settled without.
 * @throws RangeError where the programme's terms or the price curve contradict themselves.
 */
export function settle(facts: SettlementFacts): SettlementResult {
  const stay = stayOf(facts);
  const creditEnd = creditEndOf(stay, facts.probeSeconds);
  const replayed = replay(stay, creditEnd.at);
  const priced = priceQuarters(replayed, facts.prices);
  const neutral = neutralReasonOf(facts, priced.missingAt.length > 0);
  if (neutral === null && priced.missingAt.length > 0) {
    return { kind: 'waiting', reason: 'PRICE_UNKNOWN', missingAt: priced.missingAt };
  }
  const { energyMilliWh, pauses, isCutShort } = replayed;
  const { quarters, baselineExact, actualExact } = neutral === null ? priced : unpriced(priced.quarters);
  const savingExact = baselineExact - actualExact;
  const { programme, salePriceMicroPerKwh } = facts;
  const pot = potOf({ savingExact, energyMilliWh, programme, salePriceMicroPerKwh });
  return {
    kind: 'settled',
    energyMilliWh,
    baselineExact,
    actualExact,
    savingExact,
    ...pot,
    pauses,
    steeredSeconds: pauses.reduce((sum, pause) => sum + pause.toAt - pause.fromAt, 0),
    quarters,
    creditEndedAt: isCutShort ? creditEnd.at : null,
    creditEndReason: isCutShort ? creditEnd.reason : null,
    flags: stay.flags,
    ...(neutral === null ? {} : { neutral }),
  };
}

/**
 * Rule 4: a fixed contract earns no price cashback, so no price is waited for; nor is one where the
 * programme shares nothing, whatever it will be.
 */
function neutralReasonOf(facts: SettlementFacts, isPriceMissing: boolean): NeutralReason | null {
  if (facts.contract === 'FIXED' && facts.programme.shareBp === 0) return 'FIXED_CONTRACT';
  return facts.programme.shareBp === 0 && isPriceMissing ? 'NO_SHARE' : null;
}

function unpriced(quarters: readonly SettledQuarter[]): Omit<Priced, 'missingAt'> {
  const withoutPrice = quarters.map((quarter) => ({ ...quarter, priceTicks: null }));
  return { quarters: withoutPrice, baselineExact: 0n, actualExact: 0n };
}

type Priced = {
  quarters: SettledQuarter[];
  missingAt: InstantS[];
  baselineExact: ExactEur;
  actualExact: ExactEur;
};

function priceQuarters(
  { originAt, actual, baseline }: Replay,
  prices: readonly PriceInterval[],
): Priced {
  const ticks = publishedTicks(prices, originAt, actual.length);
  const quarters: SettledQuarter[] = [];
  const missingAt: InstantS[] = [];
  let baselineExact = 0n;
  let actualExact = 0n;
  for (let i = 0; i < actual.length; i += 1) {
    const energyMilliWh = actual[i] ?? 0;
    const baselineEnergyMilliWh = baseline[i] ?? 0;
    if (energyMilliWh === 0 && baselineEnergyMilliWh === 0) continue;
    const startAt = originAt + i * QUARTER_S;
    const priceTicks = ticks[i];
    const quarter = { startAt, energyMilliWh, baselineEnergyMilliWh };
    quarters.push({ ...quarter, priceTicks: priceTicks ?? null });
    if (priceTicks === undefined) {
      missingAt.push(startAt);
      continue;
    }
    baselineExact += costExact(baselineEnergyMilliWh, priceTicks);
    actualExact += costExact(energyMilliWh, priceTicks);
  }
  return { quarters, missingAt, baselineExact, actualExact };
}

/** Rule 4: published prices per quarter; an hour's price counts in each of its quarters. */
function publishedTicks(
  prices: readonly PriceInterval[],
  originAt: InstantS,
  count: number,
): (number | undefined)[] {
  const ticks: (number | undefined)[] = Array.from({ length: count });
  for (const { startAt, seconds, priceTicks, kind } of prices) {
    if (kind !== 'published') continue;
    const first = Math.max(0, (startAt - originAt) / QUARTER_S);
    const end = Math.min(count, (startAt + seconds - originAt) / QUARTER_S);
    for (let i = first; i < end; i += 1) {
      if (ticks[i] !== undefined && ticks[i] !== priceTicks) {
        const at = isoFromSeconds(originAt + i * QUARTER_S);
        throw new RangeError(`two prices for ${at}: give settlement one version of the curve`);
      }
      ticks[i] = priceTicks;
    }
  }
  return ticks;
}
