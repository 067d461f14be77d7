import type { Db } from '../db/client.ts';
import { sqlStateOf, ValleyError } from '../errors.ts';

export type SiteTies = {
  /** Those of this installation, to choose from. */
  municipalities: { id: number; name: string }[];
  sites: { locationId: string; node: { id: string; name: string } | null; municipalityId: number | null }[];
};

const MOST = 500;
const NO_SUCH_ROW = '23503';

/** siteTies tells of each site of a tenant what it hangs below and where it lies. */
export async function siteTies(db: Db, tenantId: number): Promise<SiteTies> {
  return await db.withTenant(tenantId, async (tx) => {
    const municipalities = await tx.organisation.findMany({
      where: { kind: 'MUNICIPALITY' }, select: { id: true, name: true }, orderBy: { name: 'asc' }, take: MOST,
    });
    const rows = await tx.location.findMany({
      take: MOST, select: { id: true, municipalityId: true, gridNode: { select: { id: true, name: true } } },
    });
    return { municipalities, sites: rows.map(({ id, municipalityId, gridNode }) => ({ locationId: id, municipalityId, node: gridNode })) };
  });
}

/**
 * tieSite hangs a site below a node of the grid, whose code its owner hands out, and names the municipality it lies in:
 * from then on the node's limits hold for the site, and both are told sums of what happens there.
 * @throws ValleyError NOT_FOUND where the site is not the tenant's, BAD_INPUT where the node or municipality is not there.
 */
export async function tieSite(
  db: Db, tenantId: number, given: { locationId: string; gridNodeId: string | null; municipalityId: number | null },
): Promise<void> {
  const { locationId: id, gridNodeId, municipalityId } = given;
  try {
    await db.withTenant(tenantId, async (tx) => {
      const isTown = municipalityId === null
        || await tx.organisation.findFirst({ where: { id: municipalityId, kind: 'MUNICIPALITY' } }) !== null;
      const { count } = await tx.location.updateMany({ where: { id, tenantId }, data: { gridNodeId, municipalityId } });
      if (count === 0) throw new ValleyError('NOT_FOUND', 'There is no such site.');
      if (!isTown) throw new ValleyError('BAD_INPUT', 'Choose a municipality from the list.');
    });
  } catch (error) {
    if (sqlStateOf(error) !== NO_SUCH_ROW) throw error;
    throw new ValleyError('BAD_INPUT', 'No node has this code. Ask your grid operator for it.');
  }
}
