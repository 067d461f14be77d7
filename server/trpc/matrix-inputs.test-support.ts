import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** The things of one tenant that an input may name. */
export type Ids = {
  locationId: string;
  stationId: string;
  sessionId: string;
  personId: string;
  invitationId: string;
  keyId: string;
  signInId: string;
  organisationId: number;
  eventId: string;
  gridNodeId: string;
  limitId: string;
  /** The secret of an open invitation to a new person. */
  invitationToken: string;
};
export type IdName = keyof Ids;

/** Ids that nobody has. */
export function randomIds(): Ids {
  return {
    locationId: randomUUID(),
    stationId: `NONE-${randomUUID().slice(0, 8)}`,
    sessionId: randomUUID(),
    personId: randomUUID(),
    invitationId: randomUUID(),
    keyId: randomUUID(),
    signInId: randomUUID(),
    organisationId: 2_000_000_000,
    eventId: '999999999999',
    gridNodeId: randomUUID(),
    limitId: randomUUID(),
    invitationToken: 'y'.repeat(32),
  };
}

/** Fields whose value no schema tells; a new kind of field goes here. Ids go by their own name. */
const FIELDS: Record<string, unknown> = {
  email: 'new@example.org',
  adminEmail: 'boss@example.org',
  password: 'long enough 1',
  current: 'long enough 1',
  next: 'long enough 2',
  token: 'x'.repeat(32),
  confirm: 'DELETE',
  before: null,
  after: null,
  cursor: null,
  // A limit of the grid begins now and holds until further notice.
  from: null,
  to: null,
  id: 'NEW-STATION',
  uid: 'NEW-CARD',
  biddingZone: 'NL',
  // Not those of the card at the charging point: the right ones are what lets somebody in there.
  digits: 'NONE',
  evseId: 1,
  day: null,
  salePriceMicro: 400_000,
  municipalityId: null,
  maxPowerW: 11_000,
};

/** Whole inputs, where a field's name does not tell what it names. */
const INPUTS: Record<string, (ids: Ids) => object> = {
  'grid.addNode': ({ gridNodeId: parentId }) => ({
    kind: 'FEEDER',
    name: 'Quay',
    parentId,
    requestId: randomUUID(),
  }),
  'fleet.resolveNotice': ({ eventId: id }) => ({ source: 'EVENT', id }),
  'organisation.members': ({ personId: after }) => ({ after }),
  'platform.organisations': () => ({ after: 0 }),
  'setup.acceptInvitation': ({ invitationToken: token }) => ({ token, password: 'long enough 1' }),
  'setup.link': ({ invitationToken: token }) => ({ token }),
};

type Json = {
  type?: string | string[];
  format?: string;
  properties?: Record<string, Json>;
  items?: Json;
  anyOf?: Json[];
  oneOf?: Json[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  minLength?: number;
  date?: boolean;
};

export type Sample = { input: unknown; names: IdName[] };

/**
 * sampleFor makes an input of a procedure out of its schema. `names` are the ids in it, in their
 * order: what is tested with another tenant's and with nobody's.
 */
export function sampleFor(path: string, schema: z.ZodType | undefined, ids: Ids): Sample {
  const used: IdName[] = [];
  const noting = new Proxy(ids, {
    get: (target, name: IdName) => {
      if (!used.includes(name)) used.push(name);
      return target[name];
    },
  });
  const own = INPUTS[path];
  if (own !== undefined) return { input: { ...own(noting) }, names: used };
  if (schema === undefined) return { input: undefined, names: [] };
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { date: true });
    },
  }) as Json;
  return { input: valueOf(json, { name: '', path, ids: noting }), names: used };
}

type Place = { name: string; path: string; ids: Ids };

function valueOf(json: Json, at: Place): unknown {
  if (at.name in at.ids) return at.ids[at.name as IdName];
  if (at.name in FIELDS) return FIELDS[at.name];
  if (json.const !== undefined) return json.const;
  if (json.enum !== undefined) return json.enum[0];
  const [first] = json.anyOf ?? json.oneOf ?? [];
  if (first !== undefined) return valueOf(first, at);
  if (json.date === true) return new Date('2026-11-24T06:00:00Z');
  if (json.type === 'object') return objectOf(json, at);
  if (json.type === 'array') return [valueOf(json.items ?? {}, { ...at, name: '' })];
  if (json.type === 'integer' || json.type === 'number') return Math.max(json.minimum ?? 0, 0);
  if (json.type === 'boolean') return true;
  if (json.type === 'null') return null;
  if (json.type !== 'string') return undefined;
  return textOf(json, at);
}

/** Optional fields are filled too: an id in one of them is looked at as any other. */
function objectOf(json: Json, at: Place): Record<string, unknown> {
  const entries = Object.entries(json.properties ?? {});
  return Object.fromEntries(entries.map(([name, part]) => [name, valueOf(part, { ...at, name })]));
}

function textOf({ format, minLength }: Json, { name, path }: Place): string {
  if (format === 'uuid' && name !== 'requestId') {
    throw new Error(
      `${path} takes an id called "${name}": name it in Ids (matrix-inputs.test-support.ts) and make ` +
        'one for each tenant (matrix-world.test-support.ts), or give the whole input in INPUTS.',
    );
  }
  return format === 'uuid' ? randomUUID() : 'x'.repeat(Math.max(1, minLength ?? 1));
}
