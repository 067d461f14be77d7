import type { inferRouterOutputs } from '@trpc/server';
import type { StayView } from '#domain/charging/stay-view.ts';
import { microFromExact } from '#domain/money/money.ts';
import type { Settled, SettlementFacts } from '#domain/settlement/facts.ts';
import { receiptLines } from '#domain/settlement/receipt.ts';
import type { ReceiptLine } from '#domain/settlement/receipt.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import {
  clockTime,
  dateTime,
  duration,
  eur,
  eurExact,
  eurFull,
  kwh,
  percent,
  pricePerKwh,
} from '../../../_client/format.ts';
import { DataTable } from '../../../_ui/data-table.tsx';
import type { Column } from '../../../_ui/data-table.tsx';
import { Notice } from '../../../_ui/notice.tsx';
import { SectionCard } from '../../../_ui/section-card.tsx';
import { words } from '../../../_ui/words.ts';
import { historyWords } from '../../history/history-words.ts';
import { driverWords } from '../../driver-words.ts';
import { CheckReceipt } from './check-receipt.tsx';
import { MoneyFlow } from './money-flow.tsx';

export type ReceiptData = NonNullable<inferRouterOutputs<AppRouter>['settlement']['receipt']>;
type ReceiptProps = { receipt: ReceiptData; view: StayView };

/** The amount, the sum it comes from, who gets what, the pauses, and a recomputation on this device. */
export function Receipt({ receipt, view }: ReceiptProps) {
  const facts = receipt.facts as SettlementFacts;
  const result = settledFrom(receipt);
  const zone = view.timeZone;
  return (
    <>
      <section className="card flex flex-col gap-2">
        <p className="flex items-baseline justify-between gap-4">
          <span className="font-semibold">{words.money.FINAL}</span>
          <span className="text-4xl font-semibold text-gain tabular-nums" data-testid="cashback">
            {eur(receipt.driverMicro)}
          </span>
        </p>
        <p className="text-soft">{storyOf(receipt)}</p>
        {view.synthetic && <p className="hint">{words.synthetic}</p>}
        <CheckReceipt facts={facts} figures={figuresFrom(receipt)} />
      </section>
      <Lines lines={receiptLines(facts, result)} zone={zone} />
      <Split receipt={receipt} />
      <MoneyFlow facts={facts} result={result} mspName={receipt.mspName} />
      <Pauses result={result} zone={zone} />
      <Quarters result={result} zone={zone} />
      <Versions receipt={receipt} zone={zone} />
    </>
  );
}

function storyOf({ baselineExact, actualExact }: ReceiptData): string {
  const { story, storyNothing } = historyWords.receipt;
  const saving = BigInt(baselineExact) - BigInt(actualExact);
  if (saving <= 0n) return storyNothing;
  const cents = (exact: bigint) => eur(microFromExact(exact).toString());
  return story(cents(BigInt(baselineExact)), cents(BigInt(actualExact)), cents(saving));
}

/** Stored results hold amounts as text; the columns beside them are the same numbers. */
function settledFrom(receipt: ReceiptData): Settled {
  const stored = receipt.result as Settled;
  const baselineExact = BigInt(receipt.baselineExact);
  const actualExact = BigInt(receipt.actualExact);
  return {
    ...stored,
    baselineExact,
    actualExact,
    savingExact: baselineExact - actualExact,
    potMicro: BigInt(receipt.potMicro),
    cappedMicro: BigInt(receipt.cappedMicro),
    parts: {
      driverMicro: BigInt(receipt.driverMicro),
      mspMicro: BigInt(receipt.mspMicro),
      cpoMicro: BigInt(receipt.cpoMicro),
      platformMicro: BigInt(receipt.platformMicro),
    },
  };
}

function figuresFrom(receipt: ReceiptData) {
  const {
    baselineExact,
    actualExact,
    potMicro,
    driverMicro,
    mspMicro,
    cpoMicro,
    platformMicro,
    cappedMicro,
  } = receipt;
  const savingExact = String(BigInt(baselineExact) - BigInt(actualExact));
  return {
    energyMilliWh: String(receipt.energyMilliWh),
    baselineExact,
    actualExact,
    savingExact,
    potMicro,
    driverMicro,
    mspMicro,
    cpoMicro,
    platformMicro,
    cappedMicro,
  };
}

function Lines({ lines, zone }: { lines: readonly ReceiptLine[]; zone: string }) {
  return (
    <SectionCard title={historyWords.receipt.lines}>
      <dl className="flex flex-col">
        {lines.map((line) => (
          <div
            key={line.key}
            className="grid grid-cols-[1fr_auto] gap-x-4 border-t border-line py-2 first:border-t-0 print:py-0.5"
          >
            <dt className={line.key === 'DRIVER_PART' ? 'font-semibold' : ''}>
              {historyWords.receipt.keys[line.key]}
            </dt>
            <dd
              className={`text-right tabular-nums ${line.key === 'DRIVER_PART' ? 'font-semibold text-gain' : ''}`}
            >
              {valueOf(line, zone)}
            </dd>
            <dd className="hint col-span-2">{howOf(line)}</dd>
          </div>
        ))}
      </dl>
    </SectionCard>
  );
}

function howOf({ how, ofPotBp }: ReceiptLine): string {
  const { hows } = historyWords.receipt;
  return how === 'PART' ? hows.PART(percent(ofPotBp / 100)) : hows[how];
}

function valueOf({ value, unit }: ReceiptLine, zone: string): string {
  switch (unit) {
    case 'text':
      return String(value);
    case 'instant':
      return dateTime(Number(value), zone);
    case 'seconds':
      return duration(Number(value));
    case 'milliWh':
      return kwh(Number(value), 3);
    case 'exact':
      return eurExact(String(value), 6);
    case 'micro':
      return eurFull(String(value));
    case 'bp':
      return percent(Number(value) / 100);
  }
}

function Split({ receipt }: { receipt: ReceiptData }) {
  const parts = [
    { label: historyWords.receipt.parts.driver, micro: receipt.driverMicro, className: 'bg-gain' },
    { label: receipt.mspName, micro: receipt.mspMicro, className: 'bg-(--chart-price)' },
    { label: historyWords.receipt.parts.cpo, micro: receipt.cpoMicro, className: 'bg-(--chart-after)' },
    {
      label: historyWords.receipt.parts.platform,
      micro: receipt.platformMicro,
      className: 'bg-(--chart-before)',
    },
  ];
  const total = parts.reduce((sum, { micro }) => sum + Number(micro), 0);
  if (total === 0) return null;
  return (
    <SectionCard title={historyWords.receipt.split}>
      <div aria-hidden="true" className="flex h-4 gap-0.5 overflow-hidden rounded-full">
        {parts
          .filter(({ micro }) => micro !== '0')
          .map(({ label, micro, className }) => (
            <span
              key={label}
              className={className}
              style={{ width: `${(Number(micro) / total) * 100}%` }}
            />
          ))}
      </div>
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2 print:grid-cols-1">
        {parts.map(({ label, micro, className }) => (
          <li key={label} className="flex items-center justify-between gap-3">
            <span className="inline-flex items-center gap-2">
              <span aria-hidden="true" className={`inline-block size-3 shrink-0 rounded-sm ${className}`} />
              {label}
            </span>
            <span className="tabular-nums">{eurFull(micro)}</span>
          </li>
        ))}
      </ul>
    </SectionCard>
  );
}

function Pauses({ result, zone }: { result: Settled; zone: string }) {
  return (
    <SectionCard
      title={historyWords.receipt.pauses}
      hint={historyWords.receipt.pausesHint(duration(result.steeredSeconds))}
    >
      {result.steeredSeconds > 0 && (
        <Notice kind="info" isStill>
          <p>{driverWords.steered.final}</p>
        </Notice>
      )}
      <ul className="flex flex-wrap gap-2">
        {result.pauses.map(({ fromAt, toAt }) => (
          <li key={fromAt} className="rounded-lg border border-line px-3 py-1 tabular-nums">
            {clockTime(fromAt, zone)}–{clockTime(toAt, zone)}
          </li>
        ))}
      </ul>
    </SectionCard>
  );
}

function Quarters({ result, zone }: { result: Settled; zone: string }) {
  const [from, price, metered, without] = historyWords.receipt.columns;
  const columns: Column<Settled['quarters'][number]>[] = [
    { head: from, isRowHead: true, cell: ({ startAt }) => clockTime(startAt, zone) },
    { head: price, isFigure: true, cell: ({ priceTicks }) => pricePerKwh(priceTicks) },
    { head: metered, isFigure: true, cell: ({ energyMilliWh }) => kwh(energyMilliWh, 3) },
    { head: without, isFigure: true, cell: (quarter) => kwh(quarter.baselineEnergyMilliWh, 3) },
  ];
  return (
    <details className="card">
      <summary className="cursor-pointer py-2 text-lg font-semibold">
        {historyWords.receipt.quarters}
      </summary>
      <DataTable
        caption={historyWords.receipt.quarters}
        columns={columns}
        rows={result.quarters}
        keyOf={({ startAt }) => startAt}
        isTall
      />
    </details>
  );
}

function Versions({ receipt, zone }: { receipt: ReceiptData; zone: string }) {
  const settled = dateTime(secondsFromDate(receipt.settledAt), zone);
  return (
    <section className="hint flex flex-col gap-1">
      <p>
        {historyWords.receipt.versions(
          String(receipt.programmeVersion),
          String(receipt.revision),
          settled,
        )}
      </p>
      {receipt.earlier.map((earlier) => (
        <p key={earlier.revision}>
          {historyWords.receipt.earlier(
            String(earlier.revision),
            dateTime(secondsFromDate(earlier.settledAt), zone),
            eur(earlier.driverMicro),
          )}
        </p>
      ))}
    </section>
  );
}
