import type { Db, Tx } from '../db/client.ts';

/** Who changes something, by which procedure, from where. */
export type AuditMark = {
  requestId: string;
  personId: string | null;
  keyId: string | null;
  tenantId: number | null;
  action: string;
  address: string | null;
};

/** Model methods that write; called outside a tx they get one, so that the entry stands beside them. */
const WRITES = new Set([
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
]);
const RAW_WRITES = new Set(['$executeRaw', '$executeRawUnsafe']);

type Options = { maxWait?: number; timeout?: number };
type Work = (tx: Tx) => Promise<unknown>;

/**
 * auditedDb is a mutation's way to the database: each tx that changed anything ends with its audit
 * entry, whichever service made it, and both are committed or neither. Triggers note the rows.
 */
export function auditedDb(db: Db, mark: AuditMark): Db {
  const audited =
    <T>(work: (tx: Tx) => Promise<T>) =>
    async (tx: Tx): Promise<T> => {
      await tx.$executeRaw`SELECT set_config('app.audit', 'on', true)`;
      const result = await work(tx);
      await writeEntry(tx, mark);
      return result;
    };
  return {
    open: auditedOpen(db.open, audited),
    withTenant: (tenantId, work) => db.withTenant(tenantId, audited(work)),
    asSystem: (work) => db.asSystem(audited(work)),
    close: () => db.close(),
  };
}

async function writeEntry(tx: Tx, mark: AuditMark): Promise<void> {
  const { requestId, personId, keyId, tenantId, action, address } = mark;
  // A tx without a tenant may write the entry of one: the mark is the server's own.
  await tx.$executeRaw`
    SELECT set_config('app.tenant', '*', true)
     WHERE coalesce(current_setting('app.tenant', true), '') = ''`;
  await tx.$executeRaw`
    SELECT audit_write(${requestId}::uuid, ${personId}::uuid, ${keyId}::uuid, ${tenantId}::integer,
      ${action}, ${address})`;
}

type Audited = <T>(work: (tx: Tx) => Promise<T>) => (tx: Tx) => Promise<T>;

function auditedOpen(open: Db['open'], audited: Audited): Db['open'] {
  const inTx = (work: Work, options?: Options) => open.$transaction(audited(work), options);
  return new Proxy(open, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name === '$transaction') return inTx;
      if (typeof name === 'string' && RAW_WRITES.has(name)) {
        return (...given: unknown[]) => inTx((tx) => methodOf(tx, name)(...given));
      }
      const isModel =
        typeof name === 'string' && !name.startsWith('$') && !name.startsWith('_') && isObject(value);
      return isModel ? auditedModel(value, name, inTx) : value;
    },
  });
}

function auditedModel(model: object, modelName: string, inTx: (work: Work) => Promise<unknown>) {
  return new Proxy(model, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof name !== 'string' || !WRITES.has(name)) return value;
      return (...given: unknown[]) =>
        inTx((tx) => {
          const own: unknown = Reflect.get(tx, modelName);
          return isObject(own) ? methodOf(own, name)(...given) : Promise.resolve(null);
        });
    },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function methodOf(of: object, name: string): (...given: unknown[]) => Promise<unknown> {
  const method = Reflect.get(of, name) as (...given: unknown[]) => Promise<unknown>;
  return (...given) => method.apply(of, given);
}
