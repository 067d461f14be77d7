import { settingsQuery, type WhatIfDay, type WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { clockTime } from '../../_client/format.ts';
import type { Axis } from '../charts/axis-steps.ts';
import { timeTicks } from '../charts/axis-time.ts';
import type { PreparedWhatIf, WhatIfPoint } from '../charts/prepare-what-if.ts';
import { figureRows, findingText, payoutRows, powerText } from './what-if-texts.ts';
import { whatIfWords } from './what-if-words.ts';

type Exported = { prepared: PreparedWhatIf; settings: WhatIfSettings; day: WhatIfDay };

/** whatIfCsv writes quarters for a machine (UTC, W, EUR/MWh), below lines of # that say what they are. */
export function whatIfCsv({ prepared, settings, day }: Exported): string {
  const notes = [
    whatIfWords.method.note,
    prepared.isSynthetic ? whatIfWords.synthetic : whatIfWords.recorded,
    `/what-if?${settingsQuery(settings, day)}`,
    ...figureRows(prepared).map(({ label, before, after }) => `${label}: ${before} -> ${after}`),
    ...payoutRows(prepared).map(({ label, value }) => `${label}: ${value}`),
  ];
  const rows = prepared.points.map(({ at, beforeW, afterW, priceTicks }) =>
    [
      isoFromSeconds(at),
      beforeW,
      afterW,
      prepared.limitW ?? '',
      (priceTicks / 100).toFixed(2),
    ].join(','),
  );
  return [
    ...notes.map((note) => `# ${note}`),
    'start_utc,before_w,after_w,limit_w,price_eur_mwh',
    ...rows,
    '',
  ].join('\n');
}

export const PICTURE = { width: 1_200, height: 900 } as const;
const LEFT = 80;
const RIGHT = 1_160;
const POWER = { top: 150, bottom: 470 } as const;
const PRICE = { top: 540, bottom: 690 } as const;
const INK = '#101828';
const SOFT = '#4b5567';
const NOTE_CHARACTERS = 145;
const TITLE_CHARACTERS = 88;

type Band = { top: number; bottom: number };

/** whatIfSvg is the chart as a picture of its own, light whatever the page's theme, with its method. */
export function whatIfSvg({ prepared, settings, day }: Exported): string {
  const { chart, method } = whatIfWords;
  const title = lines(findingText(prepared.finding), TITLE_CHARACTERS);
  const figures = figureRows(prepared).map(
    ({ label, before, after }) => `${label}: ${before} → ${after}`,
  );
  const notes = [
    ...lines(figures.join('; '), NOTE_CHARACTERS),
    ...lines(method.note, NOTE_CHARACTERS),
    ...lines(`/what-if?${settingsQuery(settings, day)}`, NOTE_CHARACTERS),
    prepared.isSynthetic ? whatIfWords.synthetic : whatIfWords.recorded,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE.width}" height="${PICTURE.height}" viewBox="0 0 ${PICTURE.width} ${PICTURE.height}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...title.map((line, index) => text(line, { x: 40, y: 48 + index * 32, size: 24, fill: INK })),
    text(chart.powerLines, { x: 40, y: POWER.top - 20, size: 17, fill: SOFT }),
    ...valleys(prepared),
    ...panel(prepared.power, POWER),
    `<path d="${steps(prepared, { band: POWER, axis: prepared.power, of: ({ afterW }) => afterW })}" fill="none" stroke="#0072b2" stroke-width="3"/>`,
    `<path d="${steps(prepared, { band: POWER, axis: prepared.power, of: ({ beforeW }) => beforeW })}" fill="none" stroke="#767676" stroke-width="3" stroke-dasharray="10 7"/>`,
    ...limit(prepared),
    text(chart.priceLines, { x: 40, y: PRICE.top - 20, size: 17, fill: SOFT }),
    ...panel(prepared.price, PRICE),
    `<path d="${steps(prepared, { band: PRICE, axis: prepared.price, of: ({ priceTicks }) => priceTicks })}" fill="none" stroke="#7a5195" stroke-width="3"/>`,
    ...timeTicks(prepared, prepared.timeZone, 9).map(({ at }) =>
      text(clockTime(at, prepared.timeZone), {
        x: xOf(prepared, at) - 20,
        y: PRICE.bottom + 26,
        size: 16,
        fill: SOFT,
      }),
    ),
    ...notes.map((line, index) => text(line, { x: 40, y: 760 + index * 22, size: 15, fill: SOFT })),
    '</svg>',
  ].join('');
}

function xOf({ fromAt, toAt }: PreparedWhatIf, at: number): number {
  return Math.round(LEFT + ((at - fromAt) / (toAt - fromAt)) * (RIGHT - LEFT));
}

function yOf({ min, max }: Axis, { top, bottom }: Band, value: number): number {
  return Math.round((bottom - ((value - min) / (max - min)) * (bottom - top)) * 10) / 10;
}

function steps(
  prepared: PreparedWhatIf,
  { band, axis, of }: { band: Band; axis: Axis; of(point: WhatIfPoint): number },
): string {
  return prepared.points
    .map((point, index) => {
      const y = yOf(axis, band, of(point));
      const start = index === 0 ? `M${xOf(prepared, point.at)} ${y}` : `V${y}`;
      return `${start}H${xOf(prepared, point.at + 900)}`;
    })
    .join('');
}

function panel(axis: Axis, band: Band): string[] {
  return axis.ticks.flatMap((tick) => {
    const y = yOf(axis, band, tick);
    return [
      `<path d="M${LEFT} ${y}H${RIGHT}" stroke="${tick === 0 ? '#7d879a' : '#e4e8ee'}"/>`,
      text(String(tick / 1_000), { x: 34, y: y + 5, size: 16, fill: SOFT }),
    ];
  });
}

function valleys(prepared: PreparedWhatIf): string[] {
  return prepared.valleys.map(({ fromAt, toAt }) => {
    const x = xOf(prepared, fromAt);
    const width = xOf(prepared, toAt) - x;
    const height = PRICE.bottom - POWER.top;
    return `<rect x="${x}" y="${POWER.top}" width="${width}" height="${height}" fill="#56b4e9" fill-opacity="0.2"/>`;
  });
}

function limit({ limitW, power }: PreparedWhatIf): string[] {
  if (limitW === null || limitW > power.max) return [];
  const y = yOf(power, POWER, limitW);
  return [
    `<path d="M${LEFT} ${y}H${RIGHT}" stroke="#d55e00" stroke-width="3" stroke-dasharray="18 8"/>`,
    text(whatIfWords.chart.limit(powerText(limitW)), { x: LEFT + 8, y: y - 8, size: 16, fill: '#b04a00' }),
  ];
}

function text(
  content: string,
  at: { x: number; y: number; size: number; fill: string },
): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${at.x}" y="${at.y}" font-size="${at.size}" fill="${at.fill}">${safe}</text>`;
}

/** Breaks a text at spaces into lines of at most so many characters. */
function lines(content: string, most: number): string[] {
  const found = [''];
  for (const word of content.split(' ')) {
    const last = found.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > most) found.push(word);
    else found[found.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return found;
}
