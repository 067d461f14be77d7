import type { NeutralReason, Settled, SettlementFacts } from './facts.ts';
import { driverCaps } from './pot.ts';
import { settle } from './settle.ts';

/** How a page has to print a value. `exact` is EUR 10⁻¹¹, `micro` EUR 10⁻⁶, `bp` 0.01 %. */
export type ReceiptUnit = 'text' | 'instant' | 'seconds' | 'milliWh' | 'exact' | 'micro' | 'bp';

export type ReceiptKey =
  | 'PROGRAMME_VERSION'
  | 'PLUG_IN'
  | 'PLUG_OUT'
  | 'ENERGY'
  | 'STEERED'
  | 'CREDIT_ENDED'
  | 'BASELINE'
  | 'ACTUAL'
  | 'SAVING'
  | 'SHARE'
  | 'POT'
  | 'MSP_PART'
  | 'CPO_PART'
  | 'PLATFORM_PART'
  | 'DRIVER_BEFORE_CAPS'
  | 'CAP_AMOUNT'
  | 'CAP_BILL'
  | 'CAPPED'
  | 'DRIVER_PART';

/** One printed number: what it is, how it came about, and the lines it was computed from. */
export type ReceiptLine = {
  key: ReceiptKey;
  value: number | bigint | string;
  unit: ReceiptUnit;
  how: string;
  from: ReceiptKey[];
};

/** Why a stay stopped earning, for people. */
const CREDIT_END_HOW: Record<NonNullable<Settled['creditEndReason']>, string> = {
  NO_DRAW_AT_PLUG_IN: 'The car did not draw after plug-in: it was not our pauses that delayed it.',
  NO_DRAW_AFTER_RELEASE: 'The car did not draw within 5 min after a pause of ours ended.',
  OWN_WAITING: 'The car waited 15 min in all without a pause of ours.',
  LONG_READING: 'The meter sent one value for more than 15 min of charging.',
  DAY_PASSED: 'Pauses count for 24 h after plug-in.',
  OVERLAPPING_TRANSACTIONS: 'The station reported two transactions at the same time.',
};

/** Why a stay is settled without prices, for people. */
const NEUTRAL_HOW: Record<NeutralReason, string> = {
  FIXED_CONTRACT:
    'Fixed contract: nothing to share. The operator pays one price at every hour, so no pause saves any.',
  NO_SHARE: 'The programme in force at plug-in shares nothing, so no price was waited for.',
};

type LineRow = [ReceiptKey, ReceiptLine['value'], ReceiptUnit, string, ReceiptKey[]?];

/**
 * receiptLines explains a settlement number by number, in the order of its computation. Prices
 * and energy per quarter are `result.quarters`, the pauses `result.pauses`.
 */
export function receiptLines(facts: SettlementFacts, result: Settled): ReceiptLine[] {
  return [stayRows, savingRows, partRows]
    .flatMap((rowsOf) => rowsOf(facts, result))
    .map(([key, value, unit, how, from = []]) => ({ key, value, unit, how, from }));
}

function stayRows(facts: SettlementFacts, result: Settled): LineRow[] {
  const pausedHow =
    'Time in which the station had accepted our pause and the meter showed less than 300 W.';
  const rows: LineRow[] = [
    ['PROGRAMME_VERSION', facts.programme.versionId, 'text', 'The terms in force at plug-in.'],
    ['PLUG_IN', facts.plugInAt, 'instant', 'As the station reported it.'],
    ['PLUG_OUT', facts.plugOutAt, 'instant', 'As the station reported it.'],
    ['ENERGY', result.energyMilliWh, 'milliWh', 'Differences of the meter register.'],
    ['STEERED', result.steeredSeconds, 'seconds', pausedHow],
  ];
  const { creditEndedAt, creditEndReason } = result;
  if (creditEndedAt !== null && creditEndReason !== null) {
    const how = `${CREDIT_END_HOW[creditEndReason]} From here on nothing is saved or lost.`;
    rows.push(['CREDIT_ENDED', creditEndedAt, 'instant', how]);
  }
  return rows;
}

function savingRows(facts: SettlementFacts, result: Settled): LineRow[] {
  const baselineHow =
    'Per quarter of an hour: the energy as it would have been drawn without our pauses × price.';
  const actualHow = 'Per quarter of an hour: the metered energy × price.';
  const shareHow = 'The part of a saving that the programme pays out.';
  const potHow = 'Share × saving, nothing where that is negative; rounded once, ties to even.';
  if (result.neutral !== undefined) {
    return [
      ['SHARE', 0, 'bp', NEUTRAL_HOW[result.neutral]],
      ['POT', result.potMicro, 'micro', 'Nothing is shared.', ['SHARE']],
    ];
  }
  return [
    ['BASELINE', result.baselineExact, 'exact', baselineHow, ['ENERGY', 'STEERED']],
    ['ACTUAL', result.actualExact, 'exact', actualHow, ['ENERGY']],
    ['SAVING', result.savingExact, 'exact', 'Baseline − actual.', ['BASELINE', 'ACTUAL']],
    ['SHARE', facts.programme.shareBp, 'bp', shareHow],
    ['POT', result.potMicro, 'micro', potHow, ['SHARE', 'SAVING']],
  ];
}

function partRows(facts: SettlementFacts, result: Settled): LineRow[] {
  const { parts, cappedMicro, energyMilliWh } = result;
  const { programme, salePriceMicroPerKwh } = facts;
  const caps = driverCaps({ energyMilliWh, programme, salePriceMicroPerKwh });
  const uncapped = parts.driverMicro + cappedMicro;
  const others: ReceiptKey[] = ['POT', 'MSP_PART', 'CPO_PART', 'PLATFORM_PART'];
  const cutBy: ReceiptKey[] = ['DRIVER_BEFORE_CAPS', 'CAP_AMOUNT', 'CAP_BILL'];
  const partHow = (bp: number) => `${bp / 100} % of the pot, rounded down.`;
  const cappedHow = 'What the caps cut; it stays with the operator.';
  const driverHow = driverPartHow(result.belowMinimum);
  return [
    ['MSP_PART', parts.mspMicro, 'micro', partHow(programme.mspBp), ['POT']],
    ['CPO_PART', parts.cpoMicro, 'micro', partHow(programme.cpoBp), ['POT']],
    ['PLATFORM_PART', parts.platformMicro, 'micro', partHow(programme.platformBp), ['POT']],
    ['DRIVER_BEFORE_CAPS', uncapped, 'micro', 'The pot without the other parts.', others],
    ['CAP_AMOUNT', caps.absoluteMicro, 'micro', 'The most the programme pays for one stay.'],
    ['CAP_BILL', caps.billMicro, 'micro', "Half of the stay's energy bill.", ['ENERGY']],
    ['CAPPED', cappedMicro, 'micro', cappedHow, cutBy],
    ['DRIVER_PART', parts.driverMicro, 'micro', driverHow, ['DRIVER_BEFORE_CAPS', 'CAPPED']],
  ];
}

function driverPartHow(belowMinimum: boolean): string {
  const how = 'Your cashback: your part of the pot within the caps.';
  if (!belowMinimum) return how;
  return `${how} It waits in your account until that reaches the smallest payout.`;
}

const FIGURES = [
  'energyMilliWh',
  'baselineExact',
  'actualExact',
  'savingExact',
  'potMicro',
  'driverMicro',
  'mspMicro',
  'cpoMicro',
  'platformMicro',
  'cappedMicro',
] as const;

export type Figure = (typeof FIGURES)[number];
/** The figures of a settlement as decimal text: what is stored, sent and compared. */
export type SettlementFigures = Record<Figure, string>;

/** figuresOf writes a result's figures as decimal text, exact and safe in JSON. */
export function figuresOf(result: Settled): SettlementFigures {
  const { driverMicro, mspMicro, cpoMicro, platformMicro } = result.parts;
  return {
    energyMilliWh: String(result.energyMilliWh),
    baselineExact: String(result.baselineExact),
    actualExact: String(result.actualExact),
    savingExact: String(result.savingExact),
    potMicro: String(result.potMicro),
    driverMicro: String(driverMicro),
    mspMicro: String(mspMicro),
    cpoMicro: String(cpoMicro),
    platformMicro: String(platformMicro),
    cappedMicro: String(result.cappedMicro),
  };
}

export type FigureDifference = { figure: Figure; stored: string; recomputed: string };

/** differingFigures lists the figures that are not the same to the last digit. */
export function differingFigures(
  stored: SettlementFigures,
  recomputed: SettlementFigures,
): FigureDifference[] {
  return FIGURES.filter((figure) => stored[figure] !== recomputed[figure]).map((figure) => ({
    figure,
    stored: stored[figure],
    recomputed: recomputed[figure],
  }));
}

export type ReceiptCheck =
  | { kind: 'same'; recomputed: Settled }
  | { kind: 'differs'; recomputed: Settled; differences: FigureDifference[] }
  | { kind: 'waiting'; missingAt: number[] };

/**
 * verifyReceipt settles the facts again and compares with the stored figures to the micro-euro
 * (EUR 10⁻¹¹ where a figure is exact): the same code in the driver's browser and the server.
 */
export function verifyReceipt(facts: SettlementFacts, stored: SettlementFigures): ReceiptCheck {
  const recomputed = settle(facts);
  if (recomputed.kind === 'waiting') return { kind: 'waiting', missingAt: recomputed.missingAt };
  const differences = differingFigures(stored, figuresOf(recomputed));
  if (differences.length === 0) return { kind: 'same', recomputed };
  return { kind: 'differs', recomputed, differences };
}
