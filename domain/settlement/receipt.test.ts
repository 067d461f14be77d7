import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitrarySession, simulateStay } from './arbitrary.test-support.ts';
import type { Settled, SettlementFacts } from './facts.ts';
import { figuresOf, receiptLines, verifyReceipt, type ReceiptKey } from './receipt.ts';
import { settle } from './settle.ts';

const paying = fc
  .sample(arbitrarySession(), { numRuns: 200, seed: 3 })
  .map((spec) => simulateStay(spec).facts)
  .find((facts) => settledOf(facts).potMicro > 0n);
const facts: SettlementFacts = paying ?? fail();
const result = settledOf(facts);

function fail(): never {
  throw new Error('no paying stay in the sample');
}

function settledOf(stay: SettlementFacts): Settled {
  const outcome = settle(stay);
  return outcome.kind === 'settled' ? outcome : fail();
}

function valueOf(key: ReceiptKey) {
  return receiptLines(facts, result).find((line) => line.key === key)?.value;
}

describe('the receipt', () => {
  it('explains every number and names only lines that come before it', () => {
    const seen = new Set<ReceiptKey>();
    for (const line of receiptLines(facts, result)) {
      expect(line.ofPotBp > 0).toBe(line.how === 'PART');
      expect(line.from.filter((key) => !seen.has(key))).toEqual([]);
      expect(seen.has(line.key)).toBe(false);
      seen.add(line.key);
    }
  });

  it('shows the figures of the settlement', () => {
    expect(valueOf('SAVING')).toBe(result.savingExact);
    expect(valueOf('POT')).toBe(result.potMicro);
    expect(valueOf('DRIVER_PART')).toBe(result.parts.driverMicro);
    expect(valueOf('DRIVER_BEFORE_CAPS')).toBe(result.parts.driverMicro + result.cappedMicro);
    expect(valueOf('PROGRAMME_VERSION')).toBe('test-1');
  });

  it('says why a stay stopped earning', () => {
    const ended = { ...result, creditEndedAt: 1, creditEndReason: 'OWN_WAITING' as const };
    const line = receiptLines(facts, ended).find(({ key }) => key === 'CREDIT_ENDED');
    expect(line?.how).toBe('OWN_WAITING');
    expect(receiptLines(facts, result).some(({ key }) => key === 'CREDIT_ENDED')).toBe(
      result.creditEndedAt !== null,
    );
  });

  it('of a fixed contract says that there is nothing to share instead of made-up costs', () => {
    const programme = { ...facts.programme, shareBp: 0 };
    const fixed: SettlementFacts = { ...facts, programme, contract: 'FIXED', prices: [] };
    const lines = receiptLines(fixed, settledOf(fixed));
    expect(lines.find(({ key }) => key === 'SHARE')?.how).toBe('FIXED_CONTRACT');
    expect(lines.some(({ key }) => ['BASELINE', 'ACTUAL', 'SAVING'].includes(key))).toBe(false);
    expect(verifyReceipt(fixed, figuresOf(settledOf(fixed))).kind).toBe('same');
  });

  it('is verified from facts that went through JSON', () => {
    const sent = JSON.parse(JSON.stringify(facts)) as SettlementFacts;
    expect(verifyReceipt(sent, figuresOf(result)).kind).toBe('same');
  });

  it('one micro-euro more or less is found and named', () => {
    const driverMicro = String(result.parts.driverMicro + 1n);
    const check = verifyReceipt(facts, { ...figuresOf(result), driverMicro });
    expect(check).toMatchObject({
      kind: 'differs',
      differences: [{ figure: 'driverMicro', stored: driverMicro }],
    });
  });

  it('one milli-Wh more in the last reading is found', () => {
    const transactions = facts.transactions.map((transaction) => ({
      ...transaction,
      readings: transaction.readings.map((reading, i, all) => {
        const more = i === all.length - 1 ? 1 : 0;
        return { ...reading, registerMilliWh: reading.registerMilliWh + more };
      }),
    }));
    expect(verifyReceipt({ ...facts, transactions }, figuresOf(result)).kind).toBe('differs');
  });

  it('cannot be verified without its prices', () => {
    expect(verifyReceipt({ ...facts, prices: [] }, figuresOf(result)).kind).toBe('waiting');
  });
});
