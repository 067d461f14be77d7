import pg from 'pg';
import { ValleyError } from '../errors.ts';
import { withRole } from './embedded.ts';

const APP_ROLE = 'valley_app';
const ATTEMPTS = 20;
const WRONG_PASSWORD = new Set(['28P01', '28000']);

/** canSignIn tells whether `valley_app` is let in with this password; other troubles are thrown. */
export async function canSignIn(ownerUrl: string, appPassword: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: withRole(ownerUrl, APP_ROLE, appPassword),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (WRONG_PASSWORD.has(code)) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/**
 * alignAppPassword gives `valley_app` its password where it has another. Roles belong to the whole
 * server: a second database's migrations find the role made, with the password of that time, and two
 * of them at once meet in pg_authid ("concurrently updated").
 * @throws a sentence where another Valley is at work with another password: it would be shut out.
 */
export async function alignAppPassword(
  client: pg.Client,
  args: { ownerUrl: string; appPassword: string },
): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
  if (known.rowCount === 0 || (await canSignIn(args.ownerUrl, args.appPassword))) return;
  const inUse = await client.query('SELECT 1 FROM pg_stat_activity WHERE usename = $1', [APP_ROLE]);
  if ((inUse.rowCount ?? 0) > 0) {
    throw new ValleyError(
      'NOT_READY',
      'Another Valley with another VALLEY_SECRET works on this database server: set VALLEY_SECRET ' +
        'to the one it runs with, or stop it first.',
    );
  }
  const sql = `ALTER ROLE ${APP_ROLE} PASSWORD ${pg.escapeLiteral(args.appPassword)}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      const isRace = error instanceof Error && error.message.includes('concurrently updated');
      if (!isRace || attempt === ATTEMPTS) throw error;
    }
  }
}
