import type { FaultKind } from './faults.ts';

/** OCPP-J: message ids are any string of at most 36 characters. */
const MESSAGE_ID_MAX = 36;
/** The deepest message of 2.0.1 nests 9 levels; customData is given some room. */
const DEPTH_MAX = 16;
const ACTION = /^[A-Za-z0-9]{1,64}$/;

export type Json = Record<string, unknown>;
export type CallFrame = { type: 'call'; id: string; action: string; payload: Json };
export type ResultFrame = { type: 'result'; id: string; payload: Json };
export type ErrorFrame = { type: 'error'; id: string; code: string; description: string };
/** `id` is null where none could be read; `isCall` tells whether an answer is due at all. */
export type BadFrame = {
  type: 'bad';
  id: string | null;
  isCall: boolean;
  kind: FaultKind;
  reason: string;
};
export type Frame = CallFrame | ResultFrame | ErrorFrame | BadFrame;

/** parseFrame reads one OCPP-J message strictly; it never throws. */
export function parseFrame(text: string): Frame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return bad(null, 'unreadable', 'The message is not JSON.');
  }
  if (!Array.isArray(parsed) || parsed.length < 2) {
    return bad(null, 'unreadable', 'The message is not an array of an OCPP frame.');
  }
  const [type, rawId] = parsed as [unknown, unknown];
  const id = isMessageId(rawId) ? rawId : null;
  if (type !== 2 && type !== 3 && type !== 4) {
    return bad(id, 'messageType', 'The message type is not 2, 3 or 4.');
  }
  if (id === null) {
    return {
      ...bad(null, 'unreadable', 'The message id is no string of 1 to 36 characters.'),
      isCall: type === 2,
    };
  }
  const frame = type === 2 ? readCall(id, parsed) : readAnswer(type, id, parsed);
  if (frame.type === 'bad') return frame;
  const harm = 'payload' in frame ? findHarm(frame.payload, text) : null;
  return harm === null ? frame : { ...bad(id, 'format', harm), isCall: type === 2 };
}

function bad(id: string | null, kind: FaultKind, reason: string): BadFrame {
  return { type: 'bad', id, isCall: kind !== 'messageType' || id !== null, kind, reason };
}

function isMessageId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MESSAGE_ID_MAX &&
    value.isWellFormed() &&
    !value.includes('\0')
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCall(id: string, parts: readonly unknown[]): CallFrame | BadFrame {
  const [, , action, payload = {}] = parts;
  if (parts.length > 4) return bad(id, 'format', 'A call has four elements.');
  if (typeof action !== 'string' || !ACTION.test(action)) {
    return bad(id, 'format', 'The action is no name.');
  }
  // Some stations send null for an empty payload.
  if (payload !== null && !isObject(payload)) return bad(id, 'format', 'The payload is no object.');
  return { type: 'call', id, action, payload: payload ?? {} };
}

function readAnswer(type: 3 | 4, id: string, parts: readonly unknown[]): Frame {
  if (type === 3) {
    const payload = parts[2] ?? {};
    if (isObject(payload)) return { type: 'result', id, payload };
    return { ...bad(id, 'format', 'The result is no object.'), isCall: false };
  }
  const [, , code, description] = parts;
  return {
    type: 'error',
    id,
    code: typeof code === 'string' ? storable(code.slice(0, 64)) : 'GenericError',
    description: typeof description === 'string' ? storable(description.slice(0, 255)) : '',
  };
}

/** An error is kept even where its words hold NUL or half a character; cutting can halve one too. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/**
 * What JSON allows and a database or an object must not meet: NUL and lone surrogates in text, keys
 * that name a prototype, numbers beyond a double, and nesting that exhausts the stack.
 */
function findHarm(payload: Json, text: string): string | null {
  // Only an escape can put NUL, a lone surrogate or a disguised key into text that was valid UTF-8.
  const hasEscapes = text.includes('\\u');
  return harmIn(
    payload,
    1,
    hasEscapes || text.includes('__proto__') || text.includes('constructor'),
  );
}

function harmIn(value: unknown, depth: number, isSuspect: boolean): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'A number is out of range.';
  if (typeof value === 'string')
    return isSuspect && !isStorable(value) ? 'A text holds NUL or half a character.' : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEPTH_MAX) return `The payload nests deeper than ${DEPTH_MAX} levels.`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const harm = harmIn(item, depth + 1, isSuspect);
      if (harm !== null) return harm;
    }
    return null;
  }
  for (const key in value) {
    if (isSuspect && (isPrototypeKey(key) || !isStorable(key))) return 'A key is not allowed.';
    const harm = harmIn((value as Json)[key], depth + 1, isSuspect);
    if (harm !== null) return harm;
  }
  return null;
}

function isPrototypeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

export function callText(id: string, action: string, payload: Json): string {
  return JSON.stringify([2, id, action, payload]);
}

export function resultText(id: string, payload: unknown): string {
  return JSON.stringify([3, id, payload]);
}

export function errorText(id: string, code: string, description: string): string {
  return JSON.stringify([4, id, code, description.slice(0, 255), {}]);
}
