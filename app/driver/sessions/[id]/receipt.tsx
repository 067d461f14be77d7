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
import { words } from '../../../_ui/words.ts';
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
  const { story, storyNothing } = words.receipt;
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
    <section className="card" aria-labelledby="receipt-lines">
      <h2 id="receipt-lines" className="mb-2 text-lg font-semibold">
        {words.receipt.lines}
      </h2>
      <dl className="flex flex-col">
        {lines.map((line) => (
          <div
            key={line.key}
            className="grid grid-cols-[1fr_auto] gap-x-4 border-t border-line py-2 first:border-t-0"
          >
            <dt className={line.key === 'DRIVER_PART' ? 'font-semibold' : ''}>
              {words.receipt.keys[line.key]}
            </dt>
            <dd
              className={`text-right tabular-nums ${line.key === 'DRIVER_PART' ? 'font-semibold text-gain' : ''}`}
            >
              {valueOf(line, zone)}
            </dd>
            <dd className="hint col-span-2">{line.how}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
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
      return percent(Number(value) / 100, 2);
  }
}

function Split({ receipt }: { receipt: ReceiptData }) {
  const parts = [
    { label: words.receipt.parts.driver, micro: receipt.driverMicro, className: 'bg-gain' },
    { label: receipt.mspName, micro: receipt.mspMicro, className: 'bg-(--chart-price)' },
    { label: words.receipt.parts.cpo, micro: receipt.cpoMicro, className: 'bg-(--chart-after)' },
    {
      label: words.receipt.parts.platform,
      micro: receipt.platformMicro,
      className: 'bg-(--chart-before)',
    },
  ];
  const total = parts.reduce((sum, { micro }) => sum + Number(micro), 0);
  if (total === 0) return null;
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="split">
      <h2 id="split" className="text-lg font-semibold">
        {words.receipt.split}
      </h2>
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
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {parts.map(({ label, micro, className }) => (
          <li key={label} className="flex items-center justify-between gap-3">
            <span className="inline-flex items-center gap-2">
              <span aria-hidden="true" className={`inline-block size-3 rounded-sm ${className}`} />
              {label}
            </span>
            <span className="tabular-nums">{eurFull(micro)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pauses({ result, zone }: { result: Settled; zone: string }) {
  return (
    <section className="card" aria-labelledby="pauses">
      <h2 id="pauses" className="text-lg font-semibold">
        {words.receipt.pauses}
      </h2>
      <p className="hint">{words.receipt.pausesHint(duration(result.steeredSeconds))}</p>
      {result.steeredSeconds > 0 && <p className="hint">{driverWords.steered.final}</p>}
      <ul className="mt-2 flex flex-wrap gap-2">
        {result.pauses.map(({ fromAt, toAt }) => (
          <li key={fromAt} className="rounded-lg border border-line px-3 py-1 tabular-nums">
            {clockTime(fromAt, zone)}–{clockTime(toAt, zone)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Quarters({ result, zone }: { result: Settled; zone: string }) {
  const { columns } = words.receipt;
  return (
    <details className="card">
      <summary className="cursor-pointer py-2 text-lg font-semibold">
        {words.receipt.quarters}
      </summary>
      <div
        className="overflow-x-auto"
        tabIndex={0}
        role="region"
        aria-label={words.receipt.quarters}
      >
        <table className="w-full text-sm">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" className="px-2 py-2 text-left">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.quarters.map(
              ({ startAt, priceTicks, energyMilliWh, baselineEnergyMilliWh }) => (
                <tr key={startAt} className="border-t border-line">
                  <th scope="row" className="px-2 py-1 text-left font-normal">
                    {clockTime(startAt, zone)}
                  </th>
                  <td className="px-2 py-1">{pricePerKwh(priceTicks)}</td>
                  <td className="px-2 py-1">{kwh(energyMilliWh, 3)}</td>
                  <td className="px-2 py-1">{kwh(baselineEnergyMilliWh, 3)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Versions({ receipt, zone }: { receipt: ReceiptData; zone: string }) {
  const settled = dateTime(secondsFromDate(receipt.settledAt), zone);
  return (
    <section className="hint flex flex-col gap-1">
      <p>
        {words.receipt.versions(
          String(receipt.programmeVersion),
          String(receipt.revision),
          settled,
        )}
      </p>
      {receipt.earlier.map((earlier) => (
        <p key={earlier.revision}>
          {words.receipt.earlier(
            String(earlier.revision),
            dateTime(secondsFromDate(earlier.settledAt), zone),
            eur(earlier.driverMicro),
          )}
        </p>
      ))}
    </section>
  );
}
