import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as official16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as official201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import { createWorld, type TestClient, type TestStation, type World } from './gateway.fixture.ts';
import type { OcppVersion } from './rpc/faults.ts';
import type { Routes } from './rpc/route.ts';
import { routes16 } from './v16/routes.ts';
import { routes201 } from './v201/routes.ts';

type Schema = {
  type?: string;
  $ref?: string;
  enum?: string[];
  format?: string;
  minItems?: number;
  multipleOf?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  definitions?: Record<string, Schema>;
};
type Root = Record<string, Schema>;

/** The smallest value a schema accepts, required fields only. */
function example(schema: Schema, root: Schema): unknown {
  const at =
    schema.$ref === undefined
      ? schema
      : (root.definitions?.[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (at.enum !== undefined) return at.enum[0];
  switch (at.type) {
    case 'object':
      return Object.fromEntries(
        (at.required ?? []).map((key) => [key, example(at.properties?.[key] ?? {}, root)]),
      );
    case 'array':
      return [example(at.items ?? {}, root)];
    case 'string':
      return at.format === 'date-time' ? '2026-11-02T18:00:00Z' : 'x';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return {};
  }
}

/** Paths of everything inside a value. */
function paths(value: unknown, prefix: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, item]) => [[...prefix, key], ...paths(item, [...prefix, key])]);
}

const NOTHING = Symbol('nothing');
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    NOTHING,
    null,
    '',
    '\0',
    -0,
    1e308,
    2 ** 53 + 2,
    true,
    [],
    {},
    [[]],
    '𝕏‮',
    'constructor',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

function mutated(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (to === NOTHING && Array.isArray(at)) at.splice(Number(last), 1);
  else if (to === NOTHING) delete at[last];
  else at[last] = to;
  return copy;
}

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const versions: [OcppVersion, Routes, Root][] = [
  ['ocpp1.6', routes16, official16],
  ['ocpp2.0.1', routes201, official201],
];

/** Messages of a transaction get an answer whatever slips they have. */
function isOfTransaction(routes: Routes, action: string): boolean {
  const route = routes[action];
  return route?.kind === 'effect' && route.transaction !== undefined;
}

async function rows(stationId: string): Promise<number> {
  return await world.db.asSystem(async (tx) => {
    const where = { where: { stationId } };
    const counts = await Promise.all([
      tx.transaction.count(where),
      tx.meterReading.count(where),
      tx.ocppInbox.count(where),
      tx.parkedMessage.count(where),
      tx.evse.count(where),
      tx.stationEvent.count(where),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

describe.each(versions)('%s', (version, routes, official) => {
  const actions = Object.keys(routes);
  let station: TestStation;
  let client: TestClient;
  beforeAll(async () => {
    station = await world.addStation();
    client = await world.connect(station, { version });
  });

  it('a message whose required part is missing or of another type gets a CALLERROR and stores nothing', async () => {
    const cases = actions
      .filter((action) => !isOfTransaction(routes, action))
      .map((action) => {
        const schema = official[`${action}Request`] ?? {};
        const value = example(schema, schema);
        return { action, value, places: paths(value) };
      })
      .filter(({ places }) => places.length > 0);
    const wrong = fc.constantFrom<unknown>(NOTHING, null, true, [null], { no: 1 });
    const strict = fc
      .constantFrom(...cases)
      .chain((chosen) => fc.tuple(fc.constant(chosen), fc.constantFrom(...chosen.places), wrong));
    await fc.assert(
      fc.asyncProperty(strict, async ([{ action, value, places }, path, to]) => {
        // Items of a list may go, and true is a boolean: only what is surely wrong is sent.
        const inner = path.reduce<unknown>(
          (at, key) => (at as Record<string, unknown>)[key],
          value,
        );
        fc.pre(!(to === NOTHING && typeof path.at(-1) === 'number') && typeof inner !== typeof to);
        fc.pre(!(typeof inner === 'object'));
        const answer = await client.call(action, mutated(value, path, to) as object);
        expect([answer[0], places.length > 0]).toEqual([4, true]);
      }),
      { numRuns: 1_000 },
    );
    expect(await rows(station.id)).toBe(0);
  }, 120_000);

  it('a message of a transaction is never refused, whatever is wrong in it; but for a start of 1.6', async () => {
    const chosen = fc
      .constantFrom(...actions.filter((action) => isOfTransaction(routes, action)))
      .filter((action) => action !== 'StartTransaction')
      .chain((action) => {
        const schema = official[`${action}Request`] ?? {};
        const value = example(schema, schema);
        return fc.tuple(fc.constant(action), fc.constant(value), fc.constantFrom(...paths(value)));
      });
    const readable = anything.filter((value) => value !== '\0');
    await fc.assert(
      fc.asyncProperty(chosen, readable, async ([action, value, path], to) => {
        const payload = mutated(value, path, to) as object;
        fc.pre(!/\\u0000|\\ud[89a-f]|constructor|__proto__|prototype/i.test(JSON.stringify(payload)));
        expect((await client.call(action, payload))[0]).toBe(3);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('whatever else it is sent, it answers or closes and lives on', async () => {
    const chosen = fc.constantFrom(...actions).chain((action) => {
      const schema = official[`${action}Request`] ?? {};
      const value = example(schema, schema);
      const places = paths(value);
      return fc.tuple(
        fc.constant(action),
        places.length === 0
          ? fc.jsonValue()
          : fc
              .tuple(fc.constantFrom(...places), anything)
              .map(([path, to]) => mutated(value, path, to)),
      );
    });
    const frame = fc.oneof(
      chosen.map(([action, payload]) => JSON.stringify([2, 'f', action, payload])),
      chosen.chain(([action, payload]) => {
        const text = JSON.stringify([2, 'f', action, payload]);
        return fc.nat(text.length).map((cut) => text.slice(0, cut));
      }),
      fc.json({ maxDepth: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(frame, async (text) => {
        if (!client.ws.OPEN || client.ws.readyState !== client.ws.OPEN)
          client = await world.connect(station, { version });
        client.send(text);
        const alive = await client.ok('Heartbeat', {}).catch(() => 'closed');
        if (alive === 'closed')
          expect([1002, 1003, 1007, 1008, 1009]).toContain(await client.closed);
      }),
      { numRuns: 1_000 },
    );
    const errors = client.strays.filter((stray) => (stray as unknown[])[2] === 'InternalError');
    expect(errors).toEqual([]);
  }, 120_000);
});
