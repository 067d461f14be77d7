import { DAY_S } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { isUniqueViolation, ValleyError } from '../errors.ts';

type Deps = { db: Db; clock: Clock };

/** A limit as a grid operator sets it; `from` null: from now on; `to` null: until further notice. */
export type NewLimit = { requestId: string; gridNodeId: string; limitW: number; from: Date | null; to: Date | null };

const MOST_AHEAD_MS = 400 * DAY_S * 1_000;
const OTHER_BODY = 'This was sent with other values before. Load the page again to see what stands, then send it anew.';
const NO_NODE = 'There is no such node in your grid.';
const NO_LIMIT = 'There is no such limit in your grid. Load the page again.';

/**
 * setLimit limits all below a node over a span. Where limits overlap the lowest holds; one until further notice
 * takes the place of the one before it. The same request twice is one limit.
 * @returns the limit's id.
 * @throws ValleyError BAD_INPUT with what to change, NOT_FOUND where the node is not the tenant's, CONFLICT where
 *   the request was another limit before.
 */
export async function setLimit(deps: Deps, tenantId: number, given: NewLimit): Promise<{ limitId: string }> {
  const { requestId: id, gridNodeId, limitW, to } = given;
  const now = deps.clock.now();
  const from = given.from ?? now;
  refuseSpan({ now, from: given.from, to });
  try {
    await deps.db.withTenant(tenantId, async (tx) => {
      await findNode(tx, tenantId, gridNodeId);
      // Two of these at once would leave two limits in force until further notice.
      await lockLimits(tx, gridNodeId);
      const known = await tx.powerLimit.findFirst({ where: { id, tenantId, gridNodeId } });
      if (known !== null) {
        refuseOther(known, given, now);
        return;
      }
      const validTo = to ?? await takePlace(tx, { tenantId, gridNodeId, from });
      await tx.powerLimit.create({ data: {
        id, tenantId, gridNodeId, limitW, validFrom: from, validTo, untilNotice: to === null, reason: 'GRID',
      } });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ValleyError('CONFLICT', 'This limit was sent in another form before. Load the page again and set it anew.');
  }
  return { limitId: id };
}

type KnownLimit = { limitW: number; validFrom: Date; validTo: Date | null; untilNotice: boolean };

/** One until further notice may have an end by now, where another took its place. */
function refuseOther(known: KnownLimit, given: NewLimit, now: Date): void {
  const { limitW, from, to } = given;
  const isFromSame = from === null ? known.validFrom <= now : known.validFrom.getTime() === from.getTime();
  const isToSame = to === null ? known.untilNotice || known.validTo === null : known.validTo?.getTime() === to.getTime();
  if (known.limitW !== limitW || !isFromSame || !isToSame) throw new ValleyError('CONFLICT', OTHER_BODY);
}

function refuseSpan({ now, from, to }: { now: Date; from: Date | null; to: Date | null }): void {
  const begins = from ?? now;
  const refuse = (sentence: string) => { throw new ValleyError('BAD_INPUT', sentence); };
  if (begins < now) refuse('The beginning is in the past. Leave it empty to begin now.');
  if (begins.getTime() - now.getTime() > MOST_AHEAD_MS) refuse('The beginning is more than a year away. Choose an earlier one.');
  if (to === null) return;
  if (to <= begins) refuse('The end must come after the beginning. Choose a later one, or leave it empty.');
  if (to.getTime() - now.getTime() > MOST_AHEAD_MS) refuse('The end is more than a year away. Leave it empty for a limit until further notice.');
}

async function lockLimits(tx: Tx, gridNodeId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('grid limit'), hashtext(${gridNodeId}))`;
}

/** Set until further notice, whether or not another takes its place one day. */
const UNTIL_NOTICE = [{ untilNotice: true }, { validTo: null }];

/** What holds until further notice ends where the new limit begins. @returns where the new one ends itself. */
async function takePlace(tx: Tx, args: { tenantId: number; gridNodeId: string; from: Date }): Promise<Date | null> {
  const { from, ...node } = args;
  const open = { ...node, OR: UNTIL_NOTICE };
  await tx.powerLimit.deleteMany({ where: { ...open, validFrom: from } });
  await tx.powerLimit.updateMany({
    where: { ...open, validFrom: { lt: from }, AND: { OR: [{ validTo: null }, { validTo: { gt: from } }] } },
    data: { validTo: from, untilNotice: true },
  });
  const next = await tx.powerLimit.findFirst({ where: { ...open, validFrom: { gt: from } }, orderBy: { validFrom: 'asc' } });
  return next?.validFrom ?? null;
}

type HeldLimit = {
  tenant_id: number; grid_node_id: string; valid_from: Date; valid_to: Date | null; until_notice: boolean;
};

/**
 * endLimit ends a limit now; one that has not begun is taken away, and what it would have taken the place of holds on.
 * @throws ValleyError NOT_FOUND where there is none of the tenant's.
 */
export async function endLimit(deps: Deps, tenantId: number, limitId: string): Promise<void> {
  const now = deps.clock.now();
  await deps.db.withTenant(tenantId, async (tx) => {
    const find = () => tx.$queryRaw<HeldLimit[]>`
      SELECT tenant_id, grid_node_id, valid_from, valid_to, until_notice OR valid_to IS NULL AS until_notice FROM power_limit
      WHERE id = ${limitId}::uuid AND tenant_id = ${tenantId} AND grid_node_id IS NOT NULL`;
    const [known] = await find();
    if (known === undefined) throw new ValleyError('NOT_FOUND', NO_LIMIT);
    await lockLimits(tx, known.grid_node_id);
    // Another's limit may have moved its end, or taken it away, before the lock was ours.
    const [limit] = await find();
    if (limit === undefined) throw new ValleyError('NOT_FOUND', NO_LIMIT);
    // Ended by the first of two taps.
    if (limit.valid_to !== null && limit.valid_to <= now) return;
    if (limit.valid_from < now) {
      await tx.powerLimit.update({ where: { id: limitId }, data: { validTo: now, untilNotice: false } });
      return;
    }
    await tx.powerLimit.delete({ where: { id: limitId } });
    if (limit.until_notice && limit.valid_from > now) await giveBack(tx, limit);
  });
}

/** Those that were to end where a limit was to begin end where it was to end. */
async function giveBack(tx: Tx, limit: HeldLimit): Promise<void> {
  await tx.powerLimit.updateMany({
    where: { tenantId: limit.tenant_id, gridNodeId: limit.grid_node_id, untilNotice: true, validTo: limit.valid_from },
    data: { validTo: limit.valid_to },
  });
}

/**
 * addNode adds a transformer or a feeder; the same request twice is one node.
 * @throws ValleyError NOT_FOUND where the node above is not the tenant's, CONFLICT where the request was another node before.
 */
export async function addNode(
  deps: Pick<Deps, 'db'>, tenantId: number,
  given: { requestId: string; kind: 'FEEDER' | 'TRANSFORMER'; name: string; parentId: string | null },
): Promise<{ gridNodeId: string }> {
  const { requestId: id, kind, name, parentId } = given;
  await deps.db.withTenant(tenantId, async (tx) => {
    if (parentId !== null) await findNode(tx, tenantId, parentId);
    await tx.gridNode.createMany({ data: [{ id, ownerId: tenantId, kind, name, parentId }], skipDuplicates: true });
    const same = await tx.gridNode.findFirst({ where: { id, ownerId: tenantId, kind, name, parentId } });
    if (same === null) throw new ValleyError('CONFLICT', OTHER_BODY);
  });
  return { gridNodeId: id };
}

async function findNode(tx: Tx, ownerId: number, id: string): Promise<void> {
  if (await tx.gridNode.findFirst({ where: { id, ownerId } }) === null) throw new ValleyError('NOT_FOUND', NO_NODE);
}
