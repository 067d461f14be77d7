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

type CreditEndReason = NonNullable<Settled['creditEndReason']>;

/** How a number came about; a page has a sentence for each. */
export type ReceiptHow =
  | 'TERMS'
  | 'REPORTED'
  | 'REGISTER'
  | 'PAUSED'
  | 'BASELINE'
  | 'ACTUAL'
  | 'SAVING'
  | 'SHARE'
  | 'POT'
  | 'NOTHING_SHARED'
  | 'PART'
  | 'UNCAPPED'
  | 'CAP_AMOUNT'
  | 'CAP_BILL'
  | 'CAPPED'
  | 'DRIVER'
  | 'DRIVER_WAITS'
  | CreditEndReason
  | NeutralReason;

/** One printed number: what it is, how it came about, and the lines it was computed from. */
export type ReceiptLine = {
  key: ReceiptKey;
  value: number | bigint | string;
  unit: ReceiptUnit;
  how: ReceiptHow;
  /** The share that a PART is of the pot; 0 for other lines. */
  ofPotBp: number;
  from: ReceiptKey[];
};

type LineRow = [ReceiptKey, ReceiptLine['value'], ReceiptUnit, ReceiptHow, ReceiptKey[]?, number?];

/**
 * receiptLines explains a settlement number by number, in the order of its computation. Prices
 * and energy per quarter are `result.quarters`, the pauses `result.pauses`.
 */
export function receiptLines(facts: SettlementFacts, result: Settled): ReceiptLine[] {
  return [stayRows, savingRows, partRows]
    .flatMap((rowsOf) => rowsOf(facts, result))
    .map(([key, value, unit, how, from = [], ofPotBp = 0]) => ({ key, value, unit, how, from, ofPotBp }));
}

function stayRows(facts: SettlementFacts, result: Settled): LineRow[] {
  const rows: LineRow[] = [
    ['PROGRAMME_VERSION', facts.programme.versionId, 'text', 'TERMS'],
    ['PLUG_IN', facts.plugInAt, 'instant', 'REPORTED'],
    ['PLUG_OUT', facts.plugOutAt, 'instant', 'REPORTED'],
    ['ENERGY', result.energyMilliWh, 'milliWh', 'REGISTER'],
    ['STEERED', result.steeredSeconds, 'seconds', 'PAUSED'],
  ];
  const { creditEndedAt, creditEndReason } = result;
  if (creditEndedAt !== null && creditEndReason !== null) {
    rows.push(['CREDIT_ENDED', creditEndedAt, 'instant', creditEndReason]);
  }
  return rows;
}

function savingRows(facts: SettlementFacts, result: Settled): LineRow[] {
  if (result.neutral !== undefined) {
    return [
      ['SHARE', 0, 'bp', result.neutral],
      ['POT', result.potMicro, 'micro', 'NOTHING_SHARED', ['SHARE']],
    ];
  }
  return [
    ['BASELINE', result.baselineExact, 'exact', 'BASELINE', ['ENERGY', 'STEERED']],
    ['ACTUAL', result.actualExact, 'exact', 'ACTUAL', ['ENERGY']],
    ['SAVING', result.savingExact, 'exact', 'SAVING', ['BASELINE', 'ACTUAL']],
    ['SHARE', facts.programme.shareBp, 'bp', 'SHARE'],
    ['POT', result.potMicro, 'micro', 'POT', ['SHARE', 'SAVING']],
  ];
}

function partRows(facts: SettlementFacts, result: Settled): LineRow[] {
  const { parts, cappedMicro, energyMilliWh } = result;
  const { programme, salePriceMicroPerKwh } = facts;
  const caps = driverCaps({ energyMilliWh, programme, salePriceMicroPerKwh });
  const uncapped = parts.driverMicro + cappedMicro;
  const others: ReceiptKey[] = ['POT', 'MSP_PART', 'CPO_PART', 'PLATFORM_PART'];
  const driverHow = result.belowMinimum ? 'DRIVER_WAITS' : 'DRIVER';
  const cutBy: ReceiptKey[] = ['DRIVER_BEFORE_CAPS', 'CAP_AMOUNT', 'CAP_BILL'];
  return [
    ['MSP_PART', parts.mspMicro, 'micro', 'PART', ['POT'], programme.mspBp],
    ['CPO_PART', parts.cpoMicro, 'micro', 'PART', ['POT'], programme.cpoBp],
    ['PLATFORM_PART', parts.platformMicro, 'micro', 'PART', ['POT'], programme.platformBp],
    ['DRIVER_BEFORE_CAPS', uncapped, 'micro', 'UNCAPPED', others],
    ['CAP_AMOUNT', caps.absoluteMicro, 'micro', 'CAP_AMOUNT'],
    ['CAP_BILL', caps.billMicro, 'micro', 'CAP_BILL', ['ENERGY']],
    ['CAPPED', cappedMicro, 'micro', 'CAPPED', cutBy],
    ['DRIVER_PART', parts.driverMicro, 'micro', driverHow, ['DRIVER_BEFORE_CAPS', 'CAPPED']],
  ];
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
