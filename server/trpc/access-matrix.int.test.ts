import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import type { z } from 'zod';
import { isGranted } from '../auth/grants.ts';
import type { Db } from '../db/client.ts';
import type { ProcedureMeta } from './init.ts';
import { randomIds, sampleFor } from './matrix-inputs.test-support.ts';
import type { IdName, Ids } from './matrix-inputs.test-support.ts';
import { createAskers, fingerprintOf, IN_TWO, takenBack } from './matrix-world.test-support.ts';
import type { Asker } from './matrix-world.test-support.ts';
import { appRouter, createCaller } from './root.ts';
import { createWorld } from './world.test-support.ts';
import type { World } from './world.test-support.ts';

/**
 * Every procedure × everybody × (own id, another tenant's, another tenant's child under an own
 * parent, nobody's). What comes out must be what access-matrix.json says; after a change on purpose
 * write it anew and read the difference:
 *   npx vitest run --project integration server/trpc/access-matrix.int.test.ts -u
 */
const MATRIX = 'access-matrix.json';

type Definition = { meta?: ProcedureMeta; type: string; inputs: z.ZodType[] };
type Call = { path: string; definition: Definition; asker: Asker };
type Outcome = { code: string; message: string; result: string };

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Definition }>,
)
  .map(([path, { _def }]) => ({ path, definition: _def }))
  .toSorted((a, b) => a.path.localeCompare(b.path, 'en'));

/** Results with something random in them: made anew by each call, and no row of anybody's. */
const MADE = /Token|Key|^fleet\.(createStation|rotateKey)$|addOrganisation|invite|resend|export/i;

let world: World;
let askers: Asker[];
let tenantB: number;

beforeAll(async () => {
  world = await createWorld();
  ({ askers, tenantB } = await createAskers(world));
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

async function answer({ path, asker }: Call, db: Db, input: unknown): Promise<Outcome> {
  const [group = '', name = ''] = path.split('.');
  const caller = createCaller({
    deps: { ...world.deps, db },
    principal: asker.principal,
    remoteAddress: '192.0.2.7',
  }) as unknown as Record<string, Record<string, (given: unknown) => Promise<unknown>>>;
  try {
    const result = await caller[group]?.[name]?.(input);
    return { code: 'OK', message: '', result: superjson.stringify(await firstOf(result)) };
  } catch (error) {
    const { code = '?', message, cause } = error as Error & { code?: string };
    if (cause instanceof ZodError || code === 'INTERNAL_SERVER_ERROR') {
      const hint = 'Say in matrix-inputs.test-support.ts what the input should be.';
      throw new Error(`${path} as ${asker.name} with ${JSON.stringify(input)}: ${message} ${hint}`, {
        cause: error,
      });
    }
    return { code, message, result: '' };
  }
}

/** A stream's first value stands for it. */
async function firstOf(result: unknown): Promise<unknown> {
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    return result;
  }
  const stream = result as AsyncGenerator;
  const { value } = await stream.next();
  await stream.return(null);
  return value;
}

function inputWith(call: Call, ids: Ids): { input: unknown; names: IdName[] } {
  return sampleFor(call.path, call.definition.inputs[0], ids);
}

/** What another tenant's id opens on purpose: an invitation is for whoever holds its link. */
function isOpenedBy({ path, asker }: Pick<Call, 'path' | 'asker'>, kind: string): boolean {
  // A node's code is for whoever its owner gave it to.
  if (path === 'tie.tieSite' && kind === 'child') return true;
  if (kind !== 'foreign') return false;
  if (path === 'setup.acceptInvitation') return true;
  return path === 'account.switchOrganisation' && asker.name === IN_TWO;
}

/** One call on a world of its own; a foreign id must leave the other tenant as it was. */
async function tryWith(call: Call, ids: Ids, kind: string): Promise<Outcome> {
  return await takenBack(world.db, async (db, tx) => {
    const { input } = inputWith(call, ids);
    const isWatched = kind !== 'own' && call.definition.type === 'mutation';
    const before = isWatched ? await fingerprintOf(tx, tenantB) : '';
    await tx.$executeRaw`SELECT set_config('app.tenant', '', true)`;
    const outcome = await answer(call, db, input);
    const after = isWatched ? await fingerprintOf(tx, tenantB) : '';
    if (!call.asker.name.endsWith('of B') && !isOpenedBy(call, kind)) {
      expect([call.path, kind, after]).toEqual([call.path, kind, before]);
    }
    return outcome;
  });
}

/** Whatever touches the world fails: who lacks the scope is refused before it. */
const unreachable = new Proxy({} as Db, {
  get: () => {
    throw new Error('reached the world');
  },
});

/** What an asker gets: one word where no id is named or none is looked at, else one per kind of id. */
async function cellOf(call: Call): Promise<string> {
  const { own, foreign, principal } = call.asker;
  const scope = call.definition.meta?.scope;
  if (scope !== undefined && !isGranted(principal, scope)) {
    return (await answer(call, unreachable, inputWith(call, own).input)).code;
  }
  const { names } = inputWith(call, own);
  const [parent, ...children] = names;
  const kinds: [string, Ids][] = [['own', own]];
  if (parent !== undefined) kinds.push(['foreign', foreign]);
  if (parent !== undefined && children.length > 0) {
    kinds.push(['child', { ...foreign, [parent]: own[parent] }]);
  }
  if (parent !== undefined) kinds.push(['random', randomIds()]);
  const outcomes = new Map<string, Outcome>();
  for (const [kind, ids] of kinds) outcomes.set(kind, await tryWith(call, ids, kind));
  assertSilent(call, outcomes);
  const words = [...outcomes].map(([kind, { code }]) => `${kind} ${code}`);
  const codes = new Set([...outcomes.values()].map(({ code }) => code));
  const [only = ''] = codes;
  return codes.size === 1 ? only : words.join(', ');
}

/** A refusal does not tell whether the thing exists: a foreign id is answered as nobody's is. */
function assertSilent(
  { path, asker, definition }: Call,
  outcomes: Map<string, Outcome>,
): void {
  const isPublic = definition.meta?.scope.startsWith('public:') === true;
  const random = outcomes.get('random');
  if (random === undefined) return;
  for (const kind of ['foreign', 'child']) {
    const found = outcomes.get(kind);
    // What anybody may see is nobody's secret; where it is refused, it is refused alike.
    if (found === undefined || (isPublic && found.code === 'OK')) continue;
    if (isOpenedBy({ path, asker }, kind)) continue;
    const shown = (one: Outcome) => (MADE.test(path) ? { ...one, result: '' } : one);
    expect
      .soft([path, asker.name, kind, shown(found)])
      .toEqual([path, asker.name, kind, shown(random)]);
  }
}

function nobody(): Asker {
  const found = askers.find(({ principal }) => principal === null);
  if (found === undefined) throw new Error('Nobody is not among those who ask.');
  return found;
}

type Row = { policy: string } & Record<string, string>;

async function rowOf(path: string, definition: Definition): Promise<Row> {
  const byCell = new Map<string, string[]>();
  // Without a principal one asker is like the next.
  const nobodys = await cellOf({ path, definition, asker: nobody() });
  for (const asker of askers) {
    const isNobody = asker.principal === null;
    const cell = isNobody ? nobodys : await cellOf({ path, definition, asker });
    byCell.set(cell, [...(byCell.get(cell) ?? []), asker.name]);
  }
  const { meta, type } = definition;
  const policy = `${type}, scope ${meta?.scope ?? 'NONE'}, tenant ${meta?.tenant ?? 'NONE'}`;
  const cells = [...byCell].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return {
    policy,
    ...Object.fromEntries(cells.map(([cell, names]) => [cell, names.join(', ')])),
  };
}

describe('the access matrix', () => {
  it('has everybody in it, and those who lost their right are nobody', () => {
    const gone = askers.filter(({ name }) =>
      /removed|signed out|expired|disabled|revoked|nobody/.test(name),
    );
    expect(gone.map(({ principal }) => principal)).toEqual(gone.map(() => null));
    expect(gone.length).toBe(7);
    expect(askers.filter(({ principal }) => principal !== null).length).toBe(23);
  });

  it('is what the committed one says, and no refusal tells whether a thing exists', async () => {
    const rows: Record<string, Row> = {};
    for (const { path, definition } of procedures) rows[path] = await rowOf(path, definition);
    await expect(`${JSON.stringify(rows, null, 2)}\n`).toMatchFileSnapshot(MATRIX);
    for (const [path, row] of Object.entries(rows)) {
      expect([path, row.policy]).not.toEqual([path, expect.stringContaining('NONE')]);
    }
  }, 300_000);
});
