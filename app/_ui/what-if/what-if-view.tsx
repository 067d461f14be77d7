'use client';

import { useRouter } from 'next/navigation';
import { memo, useCallback, useId, useMemo } from 'react';
import type { WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import {
  settingsQuery,
  WHAT_IF_DEFAULTS,
  WHAT_IF_FIELDS,
  WHAT_IF_RANGES,
  type WhatIfDay,
  type WhatIfField,
  type WhatIfSettings,
} from '#domain/planning/what-if/settings.ts';
import { Button } from '../button.tsx';
import { LazyWhatIfDrawing } from '../charts/lazy-what-if-drawing.tsx';
import type { PreparedWhatIf } from '../charts/prepare-what-if.ts';
import { WhatIfKey } from '../charts/what-if-figure.tsx';
import { Choice } from '../field.tsx';
import { Notice } from '../notice.tsx';
import { Progress as ProgressBar } from '../progress.tsx';
import { ExportButtons } from './export-buttons.tsx';
import { FigureTables, SummaryBar } from './figure-tables.tsx';
import { QuarterTable } from './quarter-table.tsx';
import { RareStatus } from './rare-status.tsx';
import { SettingSlider } from './setting-slider.tsx';
import { findingText } from './what-if-texts.ts';
import { whatIfWords } from './what-if-words.ts';
import { useWhatIf, type FirstAnswer, type Progress } from './use-what-if.ts';

export type DayOption = { day: string; label: string };

type ViewProps = {
  first: FirstAnswer;
  settings: WhatIfSettings;
  day: WhatIfDay;
  days: readonly DayOption[];
  /** Null: the made-up street. */
  fleet: WhatIfFleet | null;
};

/** The what-if: sliders, the chart before and after, the figures, and everything to take along. */
export function WhatIfView({ days, ...props }: ViewProps) {
  const { settings, shownSettings, prepared, isAnswered, progress, failed, change } = useWhatIf(props);
  const put = useCallback(
    (field: WhatIfField, value: number) => {
      change({ ...settings, [field]: value });
    },
    [change, settings],
  );
  return (
    <div className="flex flex-col gap-4 lg:grid lg:grid-cols-[22rem_minmax(0,1fr)] lg:items-start">
      <SummaryBar prepared={prepared} />
      <div className="min-w-0 lg:col-start-2 lg:row-start-1">
        <Answer prepared={prepared} />
        <RareStatus text={findingText(prepared.finding)} />
      </div>
      <fieldset className="card no-print flex flex-col gap-4 lg:col-start-1 lg:row-span-2 lg:row-start-1">
        <legend className="sr-only">{whatIfWords.settings}</legend>
        <DaySelect days={days} day={props.day} settings={settings} />
        {WHAT_IF_FIELDS.map((field) => (
          <SettingSlider
            key={field}
            field={field}
            value={settings[field]}
            sliderMax={
              field === 'limit' ? sliderMax(prepared, settings) : WHAT_IF_RANGES[field].max
            }
            onChange={put}
          />
        ))}
        <Button
          className="self-start text-sm"
          onClick={() => {
            change(WHAT_IF_DEFAULTS);
          }}
        >
          {whatIfWords.reset}
        </Button>
        <Working progress={isAnswered ? null : progress} failed={failed} />
      </fieldset>
      <div className="flex min-w-0 flex-col gap-4 lg:col-start-2 lg:row-start-2">
        <Figures prepared={prepared} />
        <ExportButtons prepared={prepared} settings={shownSettings} day={props.day} />
        <QuarterTable prepared={prepared} />
      </div>
    </div>
  );
}

function sliderMax({ limitSliderKw }: PreparedWhatIf, { limit }: WhatIfSettings): number {
  return Math.max(limitSliderKw, limit);
}

/** Drawn anew only with a new answer: a moving slider draws itself alone. */
const Answer = memo(function Answer({ prepared }: { prepared: PreparedWhatIf }) {
  const titleId = useId();
  return (
    <figure className="card flex flex-col gap-3" aria-labelledby={titleId}>
      <figcaption
        id={titleId}
        className="min-h-16 font-semibold leading-snug sm:min-h-11"
        data-testid="finding"
      >
        {findingText(prepared.finding)}
      </figcaption>
      <WhatIfKey prepared={prepared} />
      <LazyWhatIfDrawing prepared={prepared} label={whatIfWords.chart.describe} />
      <p className="hint">{prepared.isSynthetic ? whatIfWords.synthetic : whatIfWords.recorded}</p>
    </figure>
  );
});

const Figures = memo(FigureTables);

function Working({ progress, failed }: { progress: Progress | null; failed: boolean }) {
  if (failed) {
    return (
      <Notice kind="error">
        <p>{whatIfWords.failed}</p>
      </Notice>
    );
  }
  if (progress === null) return null;
  return (
    <div data-testid="progress">
      <ProgressBar
        label={whatIfWords.phases[progress.phase]}
        value={progress.of === 0 ? undefined : progress.done / progress.of}
      />
    </div>
  );
}

type DayProps = { days: readonly DayOption[]; day: WhatIfDay; settings: WhatIfSettings };

function DaySelect({ days, day, settings }: DayProps) {
  const router = useRouter();
  const options = useMemo(
    () => [
      { value: '', label: whatIfWords.madeUp },
      ...days.map((each) => ({ value: each.day, label: each.label })),
    ],
    [days],
  );
  return (
    <Choice
      name="day"
      label={whatIfWords.street}
      options={options}
      required={false}
      value={day ?? ''}
      onChange={(event) => {
        const { value } = event.currentTarget;
        const query = settingsQuery(settings, value === '' ? null : value);
        router.replace(`/what-if${query === '' ? '' : `?${query}`}`);
      }}
    />
  );
}
