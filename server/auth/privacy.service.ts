import { randomBytes } from 'node:crypto';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { everythingOf, forgetCard, forgetRows, openStays, soleAdministrations } from './privacy.store.ts';
import { endSignIns } from './sign-in.ts';

const STILL_CHARGING = 'A stay is still open. Unplug the car first, then delete your data.';
const SOLE_ADMIN =
  'You are the only administrator of an organisation. Make somebody else one first.';

/** exportPerson is a copy of everything stored about a person, over all organisations. */
export async function exportPerson(
  db: Db,
  personId: string,
): Promise<{ madeAt: string; tables: Record<string, Record<string, unknown>[]> }> {
  const tables = await db.asSystem((tx) => everythingOf(tx, personId));
  return { madeAt: new Date().toISOString(), tables };
}

/**
 * deletePerson forgets a person. What others have a right to stays: stays, settlements and ledger
 * rows under the person's random id, which names nobody any more, with the card's number replaced.
 * Every sign-in ends. A balance that was not paid out stays in the books.
 * @throws ValleyError CONFLICT while a stay is open, or where an organisation would be left alone.
 */
export async function deletePerson(db: Db, personId: string): Promise<void> {
  await db.asSystem(async (tx) => {
    if ((await openStays(tx, personId)) > 0) throw new ValleyError('CONFLICT', STILL_CHARGING);
    if ((await soleAdministrations(tx, personId)) > 0) {
      throw new ValleyError('CONFLICT', SOLE_ADMIN);
    }
    const { email } = await tx.person.findUniqueOrThrow({ where: { id: personId } });
    const cards = await tx.idToken.findMany({ where: { driverId: personId } });
    for (const { tenantId, uid } of cards) {
      const pseudonym = `gone-${randomBytes(8).toString('hex')}`;
      await forgetCard(tx, { tenantId, uid, pseudonym, personId });
    }
    await endSignIns(tx, { personId });
    await tx.signIn.updateMany({ where: { personId }, data: { device: null, address: null } });
    const nobody = { email: `gone-${personId}@deleted.invalid`, name: 'Deleted person' };
    await tx.invitation.updateMany({ where: { email }, data: nobody });
    await forgetRows(tx, personId);
    await tx.person.update({
      where: { id: personId },
      data: { ...nobody, passwordHash: null, disabledAt: new Date() },
    });
  });
}
