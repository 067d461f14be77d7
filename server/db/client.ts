import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/client.ts';

export type Tx = Prisma.TransactionClient;

/**
 * The doors to the database, all as role valley_app. Tenant tables are reached through `withTenant`
 * (one tenant's rows, enforced by row-level security) or `asSystem`: gateway and worker, which serve
 * every tenant, and sign-in, where the tenant is not known yet.
 * `open` reaches tables without a tenant (clock, prices, sign-ins); tenant tables look empty from it.
 */
export type Db = {
  open: PrismaClient;
  withTenant<T>(tenantId: number, work: (tx: Tx) => Promise<T>): Promise<T>;
  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A database with a door for single statements; not every wrapper of a Db has one. */
export type StatementDb = Db & {
  /**
   * One statement that sees every tenant, in a commit of its own: one round trip instead of the four of
   * a tx, which is most of what a small commit costs the one who makes fifty a second.
   */
  statement: Pick<Tx, '$queryRaw'>;
};

const STATEMENT_CONNECTIONS = 2;
/** So many statements a connection keeps; what comes later is planned each time. */
const NAMED_MOST = 500;
/** Texts that grow with their lists, or hold a value, are without end: none is named before it comes again. */
const REMEMBERED_MOST = 2_000;
const UNNAMED = '';

/**
 * statementNames names each text of SQL that comes again, so that a connection has it planned once and
 * not at every use: with the tenant's walls on every table that takes longer than the reading itself.
 */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (!seen.delete(sql) || names.size >= NAMED_MOST) {
      if (seen.size >= REMEMBERED_MOST) seen.clear();
      seen.add(sql);
      return UNNAMED;
    }
    const name = `valley_${names.size}`;
    names.set(sql, name);
    return name;
  };
}

export function createDb(url: string, options: { connections?: number } = {}): StatementDb {
  const limits = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    // Longer than the server's own limit: for a server that is gone without a word.
    query_timeout: 17_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 20_000,
  };
  const named = { statementNameGenerator: statementNames() };
  const open = new PrismaClient({ adapter: new PrismaPg({ ...limits, max: options.connections ?? 10 }, named) });
  let alone: PrismaClient | null = null;
  const statement = () => {
    alone ??= new PrismaClient({ adapter: new PrismaPg({ ...limits, max: STATEMENT_CONNECTIONS, options: '-c app.tenant=*' }, named) });
    return alone;
  };
  const scoped = <T>(scope: string, work: (tx: Tx) => Promise<T>) =>
    open.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT set_config('app.tenant', ${scope}, true)`;
        return await work(tx);
      },
      { maxWait: 10_000, timeout: 20_000 },
    );
  return {
    open,
    withTenant: (tenantId, work) => scoped(String(tenantId), work),
    asSystem: (work) => scoped('*', work),
    statement: { $queryRaw: (query, ...values) => statement().$queryRaw(query, ...values) },
    async close() {
      await open.$disconnect();
      await alone?.$disconnect();
    },
  };
}
