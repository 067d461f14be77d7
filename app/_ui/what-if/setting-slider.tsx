'use client';

import { useId, useState } from 'react';
import {
  settingWithin,
  WHAT_IF_RANGES,
  type WhatIfField,
} from '#domain/planning/what-if/settings.ts';
import { whatIfWords } from './what-if-words.ts';

type SliderProps = {
  field: WhatIfField;
  value: number;
  /** As far as the slider goes; a number may be typed beyond it. */
  sliderMax: number;
  onChange(field: WhatIfField, value: number): void;
};

/** A press of a button, and of an arrow key on the slider. */
const STEPS: Record<WhatIfField, { button: number; arrow: number }> = {
  share: { button: 10, arrow: 1 },
  cars: { button: 100, arrow: 10 },
  power: { button: 1, arrow: 1 },
  limit: { button: 25, arrow: 5 },
  flat: { button: 10, arrow: 1 },
  unsure: { button: 15, arrow: 5 },
  spread: { button: 25, arrow: 5 },
};

/** One setting by slider, by number and by two buttons: nobody has to drag. */
export function SettingSlider({ field, value, sliderMax, onChange }: SliderProps) {
  const id = useId();
  const text = whatIfWords.fields[field];
  const { button, arrow } = STEPS[field];
  const { min } = WHAT_IF_RANGES[field];
  const put = (wanted: number) => {
    const within = settingWithin(field, wanted);
    if (within !== null && within !== value) onChange(field, within);
  };
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <label className="font-semibold leading-tight" htmlFor={id}>
          {text.label}
        </label>
        <span className="inline-flex shrink-0 items-center gap-1">
          <ExactNumber field={field} value={value} onPut={put} />
          <span className="hint w-9">{text.unit}</span>
        </span>
      </div>
      <div className="flex items-center gap-2">
        <StepButton label={text.less} sign="−" onPress={() => put(value - button)} />
        <input
          id={id}
          type="range"
          className="h-11 min-w-0 grow accent-(--action)"
          min={min}
          max={sliderMax}
          step={arrow}
          value={value}
          aria-valuetext={valueText(field, value)}
          aria-describedby={`${id}-hint`}
          onChange={(event) => put(Number(event.currentTarget.value))}
        />
        <StepButton label={text.more} sign="+" onPress={() => put(value + button)} />
      </div>
      <p id={`${id}-hint`} className="hint">
        {text.hint}
      </p>
    </div>
  );
}

function StepButton({ label, sign, onPress }: { label: string; sign: string; onPress(): void }) {
  return (
    <button
      type="button"
      aria-label={label}
      className="inline-flex size-11 shrink-0 cursor-pointer items-center justify-center rounded-xl border border-edge bg-surface text-lg font-semibold hover:bg-sunken"
      onClick={onPress}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

type ExactProps = { field: WhatIfField; value: number; onPut(value: number): void };

/** Holds what is typed until it is a number in range; leaving the field shows what counts. */
function ExactNumber({ field, value, onPut }: ExactProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const { min, max } = WHAT_IF_RANGES[field];
  return (
    <input
      type="number"
      inputMode="numeric"
      className="h-11 w-20 rounded-xl border border-edge bg-surface px-2 text-right tabular-nums"
      aria-label={whatIfWords.fields[field].exact}
      min={min}
      max={max}
      value={typed ?? value}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const number = Number(text);
        if (text !== '' && number >= min && number <= max) onPut(number);
      }}
      onBlur={() => {
        if (typed !== null && typed !== '') onPut(Number(typed));
        setTyped(null);
      }}
    />
  );
}

function valueText(field: WhatIfField, value: number): string {
  const { values } = whatIfWords;
  switch (field) {
    case 'cars':
      return values.cars(String(value));
    case 'power':
      return value === 0 ? values.ownPower : values.kilowatt(String(value));
    case 'limit':
      return value === 0 ? values.noLimit : values.kilowatt(String(value));
    case 'unsure':
      return values.minutes(String(value));
    case 'share':
    case 'flat':
    case 'spread':
      return values.percent(String(value));
  }
}
