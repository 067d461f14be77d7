'use client';

import { kwh, percent } from '../_client/format.ts';
import { Field } from '../_ui/field.tsx';
import { words } from '../_ui/words.ts';
import type { EnergyDraft } from './wish-draft.ts';

type EnergyProps = {
  draft: EnergyDraft;
  change: (part: Partial<EnergyDraft>) => void;
  batteryWh: number | null;
  /** Milli-Wh of the draft; null: nothing said; undefined: not usable as typed. */
  energy: number | null | undefined;
  socPermille: number | null;
  deliveredMilliWh: number;
};

/** How much: in kWh, or from % to % where the battery's size is stored. */
export function EnergyInput(props: EnergyProps) {
  const { draft, change, batteryWh, energy } = props;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="label">{words.wish.energy}</legend>
      <UnitChoice draft={draft} change={change} batteryWh={batteryWh} />
      {batteryWh === null && <p className="hint">{words.wish.noBattery}</p>}
      {draft.unit === 'KWH' ? (
        <Field
          name="kwh"
          inputMode="decimal"
          label={words.wish.unitKwh}
          required={false}
          value={draft.kwh}
          hint={words.wish.energyHint}
          wrong={energy === undefined ? words.wish.notEnergy : undefined}
          onChange={(event) => {
            change({ kwh: event.target.value });
          }}
        />
      ) : (
        <PercentInput {...props} />
      )}
    </fieldset>
  );
}

function PercentInput(props: EnergyProps) {
  const { draft, change, energy, socPermille: soc, deliveredMilliWh } = props;
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        <Field
          name="from"
          inputMode="numeric"
          label={words.wish.from}
          value={draft.from}
          {...(soc === null ? {} : { hint: words.wish.stationSoc(percent(soc / 10, 0)) })}
          onChange={(event) => {
            change({ from: event.target.value, atMilliWh: deliveredMilliWh });
          }}
        />
        <Field
          name="to"
          inputMode="numeric"
          label={words.wish.to}
          value={draft.to}
          onChange={(event) => {
            change({ to: event.target.value });
          }}
        />
      </div>
      <p className={energy === undefined ? 'wrong' : 'hint'}>
        {energy === undefined || energy === null
          ? words.wish.percentEmpty
          : draft.atMilliWh === 0
            ? words.wish.percentIs(kwh(energy))
            : words.wish.percentInAll(kwh(energy), kwh(draft.atMilliWh))}
      </p>
    </>
  );
}

function UnitChoice({
  draft,
  change,
  batteryWh,
}: Pick<EnergyProps, 'draft' | 'change' | 'batteryWh'>) {
  return (
    <div className="flex flex-wrap gap-2">
      {(['KWH', 'PERCENT'] as const).map((unit) => (
        <label
          key={unit}
          className={`button flex-1 ${draft.unit === unit ? 'border-action text-action' : ''}
          ${unit === 'PERCENT' && batteryWh === null ? 'opacity-60' : ''}`}
        >
          <input
            type="radio"
            name="unit"
            className="accent-(--action)"
            checked={draft.unit === unit}
            disabled={unit === 'PERCENT' && batteryWh === null}
            onChange={() => {
              change({ unit });
            }}
          />
          {unit === 'KWH' ? words.wish.unitKwh : words.wish.unitPercent}
        </label>
      ))}
    </div>
  );
}
