import { z } from 'zod';

/** One setting's range. All are whole numbers; what 0 stands for is said at the setting. */
export type Range = { min: number; max: number; initial: number };

/** In the order in which a page shows them. */
export const WHAT_IF_RANGES = {
  /** Share of the cars that are steered. */
  share: { min: 0, max: 100, initial: 80 },
  cars: { min: 10, max: 5_000, initial: 500 },
  /** kW that each car takes at most; 0: as each car does. */
  power: { min: 0, max: 22, initial: 0 },
  /** kW for all cars together; 0: no limit. */
  limit: { min: 0, max: 20_000, initial: 500 },
  /** 0: price only; 100: flatness only. */
  flat: { min: 0, max: 100, initial: 0 },
  /** Minutes by which departures are typically misjudged. */
  unsure: { min: 0, max: 180, initial: 30 },
  /** Distance of prices from their mean, of what it was. */
  spread: { min: 0, max: 300, initial: 100 },
} as const satisfies Record<string, Range>;

export type WhatIfField = keyof typeof WHAT_IF_RANGES;
export type WhatIfSettings = Record<WhatIfField, number>;

export const WHAT_IF_FIELDS = Object.keys(WHAT_IF_RANGES) as WhatIfField[];

export const WHAT_IF_DEFAULTS = Object.fromEntries(
  WHAT_IF_FIELDS.map((field) => [field, WHAT_IF_RANGES[field].initial]),
) as WhatIfSettings;

/** A local day of the street (its stays from noon to noon); null: the made-up street. */
export type WhatIfDay = string | null;

const dayText = z.iso.date();
const wholeText = (range: Range) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.int().min(range.min).max(range.max));

/** settingWithin brings a typed number into a setting's range; null where it is no number. */
export function settingWithin(field: WhatIfField, value: number): number | null {
  if (!Number.isFinite(value)) return null;
  const { min, max } = WHAT_IF_RANGES[field];
  return Math.min(max, Math.max(min, Math.round(value)));
}

export type ReadSettings = {
  settings: WhatIfSettings;
  day: WhatIfDay;
  /** What a link said and was not usable: the initial value stands in. */
  refused: (WhatIfField | 'day')[];
};

/** readSettings takes a link's parameters; a bad value falls to the initial one and is named. */
export function readSettings(
  params: Readonly<Record<string, string | string[] | undefined>>,
): ReadSettings {
  const settings = { ...WHAT_IF_DEFAULTS };
  const refused: ReadSettings['refused'] = [];
  for (const field of WHAT_IF_FIELDS) {
    if (params[field] === undefined) continue;
    const read = wholeText(WHAT_IF_RANGES[field]).safeParse(params[field]);
    if (read.success) settings[field] = read.data;
    else refused.push(field);
  }
  const day = dayText.optional().safeParse(params['day']);
  if (!day.success) refused.push('day');
  return { settings, day: day.data ?? null, refused };
}

/** settingsQuery writes a link's parameters: only what differs from the initial values. */
export function settingsQuery(settings: WhatIfSettings, day: WhatIfDay): string {
  const params = new URLSearchParams();
  if (day !== null) params.set('day', day);
  for (const field of WHAT_IF_FIELDS) {
    if (settings[field] !== WHAT_IF_DEFAULTS[field]) params.set(field, String(settings[field]));
  }
  return params.toString();
}
