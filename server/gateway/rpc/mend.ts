import type { ErrorObject } from 'ajv';
import type { Json } from './frame.ts';

/** A text longer than its field allows is kept to this length: a card is still that card. */
const TEXT_MAX = 255;
const WORDS_FOR_OTHER = new Set(['reason', 'stoppedReason']);
const NUMBER = /^\s*-?\d+(?:\.\d+)?\s*$/;
/** Without these, of which some are never read, a transaction message still says what happened, or arrival and last sample stand in. */
const UNREAD = ['timestamp', 'type', 'seqNo', 'triggerReason'];
const MISSABLE = new Set([...UNREAD, 'meterStart', 'meterStop']);

type Holder = Record<string, unknown>;

/**
 * mendPayload makes the best of a transaction message with slips in its fields: a fraction is
 * rounded, a number in quotes read, an unknown reason becomes Other, an unreadable time is left out.
 * What cannot be read at all is taken away, with the list element it stands in.
 * @returns the mended copy and whether something was lost by it.
 */
export function mendPayload(
  payload: Json,
  errors: readonly ErrorObject[],
): { payload: Json; isLost: boolean } {
  const mended = structuredClone(payload);
  let isLost = false;
  const bad = new Map<unknown[], Set<number>>();
  for (const error of errors) {
    const path = error.instancePath.split('/').slice(1);
    if (mendField(mended, path, error)) continue;
    isLost = true;
    const [list = '', index] = path;
    const items = mended[list];
    if (Array.isArray(items) && index !== undefined) {
      const known = bad.get(items) ?? new Set();
      bad.set(items, known.add(Number(index)));
    } else drop(mended, path);
  }
  for (const [items, indices] of bad) {
    items.splice(0, items.length, ...items.filter((_, index) => !indices.has(index)));
  }
  return { payload: mended, isLost };
}

/** isBearable tells whether a transaction message can be served although its schema says this of it. */
export function isBearable(error: ErrorObject): boolean {
  if (error.keyword === 'maxLength' || error.keyword === 'minItems') return true;
  return error.keyword === 'required' && MISSABLE.has(String(error.params['missingProperty']));
}

function holderOf(payload: Json, path: readonly string[]): Holder | null {
  let at: unknown = payload;
  for (const name of path.slice(0, -1)) at = (at as Holder | undefined)?.[name];
  return typeof at === 'object' && at !== null ? (at as Holder) : null;
}

function drop(payload: Json, path: readonly string[]): void {
  const holder = holderOf(payload, path);
  const name = path.at(-1);
  if (holder !== null && name !== undefined) Reflect.deleteProperty(holder, name);
}

/** @returns whether the message says the same, or as good as, without the fault. */
function mendField(payload: Json, path: readonly string[], error: ErrorObject): boolean {
  if (isBearable(error) && error.keyword !== 'maxLength') return true;
  const holder = holderOf(payload, path);
  const name = path.at(-1);
  if (holder === null || name === undefined) return false;
  const value = holder[name];
  if (error.keyword === 'maxLength' && typeof value === 'string') {
    holder[name] = value.slice(0, TEXT_MAX).toWellFormed();
    return true;
  }
  if (error.keyword === 'enum' && typeof value === 'string' && WORDS_FOR_OTHER.has(name)) {
    holder[name] = 'Other';
    return true;
  }
  if (UNREAD.includes(name)) return Reflect.deleteProperty(holder, name);
  if (error.keyword !== 'type') return false;
  const mended = retyped(value, String(error.params['type']));
  if (mended === null) return false;
  holder[name] = mended;
  return true;
}

function retyped(value: unknown, type: string): number | string | null {
  if (type === 'string' && typeof value === 'number') return String(value);
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (typeof number !== 'number') return null;
  if (type === 'number') return number;
  return type === 'integer' ? Math.round(number) : null;
}
