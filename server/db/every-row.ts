import pg from 'pg';

/** What lets rows through, any of it, and what narrows that, all of it. */
type Policies = { table: string; wide: string[] | null; narrow: string[] | null };

/**
 * seeEveryRow makes a connection of the owner see every row of every table, or fails: a policy that
 * hides rows must be an error, never a smaller backup.
 * @throws a sentence with what the role lacks.
 */
export async function seeEveryRow(client: pg.Client): Promise<void> {
  const found = await client.query<{ role: string; passes: boolean }>(
    'SELECT rolname AS role, rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = current_user',
  );
  const { role = '', passes = false } = found.rows[0] ?? {};
  if (passes) {
    await client.query('SET row_security = off');
    return;
  }
  // The policies bind an owner that passes none (FORCE): they let the system through.
  await client.query("SELECT set_config('app.tenant', '*', false)");
  const hiding = await hidingTables(client);
  if (hiding.length === 0) return;
  throw new Error(
    `The database's role ${role} cannot see every row of ${hiding.join(', ')}: ` +
      `let a superuser run ALTER ROLE ${pg.escapeIdentifier(role)} BYPASSRLS, then run this again.`,
  );
}

/** Tables whose policies may hide a row from this connection as it is set. */
async function hidingTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<Policies>(
    `SELECT c.oid::regclass::text AS table,
            array_agg(pg_get_expr(p.polqual, p.polrelid)) FILTER (WHERE p.polpermissive) AS wide,
            array_agg(pg_get_expr(p.polqual, p.polrelid)) FILTER (WHERE NOT p.polpermissive) AS narrow
       FROM pg_class c
       LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polcmd IN ('*', 'r') AND p.polroles = '{0}'
      WHERE c.relkind = 'r' AND c.relrowsecurity AND row_security_active(c.oid)
      GROUP BY c.oid ORDER BY 1`,
  );
  const hiding: string[] = [];
  for (const policies of rows) if (await mayHide(client, policies)) hiding.push(policies.table);
  return hiding;
}

// A policy that is true of a row about which nothing is known is true of every row.
async function mayHide(client: pg.Client, { table, wide, narrow }: Policies): Promise<boolean> {
  if (wide === null) return true;
  const isTrue = (expression: string): string => `coalesce((${expression}), false)`;
  const sees = [`(${wide.map(isTrue).join(' OR ')})`, ...(narrow ?? []).map(isTrue)].join(' AND ');
  const { rows } = await client.query<{ sees: boolean }>(
    `SELECT ${sees} AS sees FROM (SELECT (NULL::${table}).*) AS unknown_row`,
  );
  return rows[0]?.sees !== true;
}
