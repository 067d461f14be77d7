import { moneyFlow } from '#domain/charging/money-flow.ts';
import type { Settled, SettlementFacts } from '#domain/settlement/facts.ts';
import { centsPerKwh, eurFull, kwh } from '../../../_client/format.ts';
import { SectionCard } from '../../../_ui/section-card.tsx';
import { historyWords } from '../../history/history-words.ts';

const w = historyWords.flow;
type FlowProps = { facts: SettlementFacts; result: Settled; mspName: string };

/** Every party's share of the sale price, Valley's included. */
export function MoneyFlow({ facts, result, mspName }: FlowProps) {
  const { energyMilliWh, actualExact, parts } = result;
  const { salePriceMicroPerKwh } = facts;
  const flow = moneyFlow({ energyMilliWh, salePriceMicroPerKwh, actualExact, parts });
  const rows = [
    { label: w.market, micro: flow.marketMicro, className: 'bg-(--chart-price)' },
    { label: w.you, micro: flow.driverMicro, className: 'bg-gain' },
    { label: mspName, micro: flow.mspMicro, className: 'bg-(--chart-limit)' },
    { label: w.valley, micro: flow.platformMicro, className: 'bg-(--chart-before)' },
    { label: w.operator, micro: flow.operatorMicro, className: 'bg-(--chart-after)' },
  ];
  const positive = rows.filter(({ micro }) => micro > 0n);
  const total = positive.reduce((sum, { micro }) => sum + Number(micro), 0);
  return (
    <SectionCard title={w.title}>
      <p className="hint">
        {w.intro(
          eurFull(String(flow.billMicro)),
          kwh(energyMilliWh, 3),
          centsPerKwh(salePriceMicroPerKwh),
        )}
      </p>
      <div aria-hidden="true" className="flex h-4 gap-0.5 overflow-hidden rounded-full">
        {positive.map(({ label, micro, className }) => (
          <span
            key={label}
            className={className}
            style={{ width: `${(Number(micro) / total) * 100}%` }}
          />
        ))}
      </div>
      <dl className="flex flex-col">
        {rows.map(({ label, micro, className }) => (
          <div key={label} className="flex justify-between gap-4 border-t border-line py-1">
            <dt className="inline-flex items-center gap-2">
              <span
                aria-hidden="true"
                className={`inline-block size-3 shrink-0 rounded-sm ${className}`}
              />
              {label}
            </dt>
            <dd className="tabular-nums">{eurFull(String(micro))}</dd>
          </div>
        ))}
        <div className="flex justify-between gap-4 border-t border-edge py-1 font-semibold">
          <dt>{w.total}</dt>
          <dd className="tabular-nums">{eurFull(String(flow.billMicro))}</dd>
        </div>
      </dl>
    </SectionCard>
  );
}
