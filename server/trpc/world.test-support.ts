import { randomUUID } from 'node:crypto';
import { memberOfSignIn } from '../auth/access.store.ts';
import type { OrganisationKind, Role } from '../auth/grants.ts';
import { createMailer } from '../auth/mail.ts';
import { startSignIn } from '../auth/sign-in.ts';
import { connectBus } from '../bus/bus.ts';
import type { Bus } from '../bus/bus.ts';
import { liveOf } from '../charging/live.ts';
import { clockFromAnchor } from '../clock.ts';
import { createDb } from '../db/client.ts';
import type { Db } from '../db/client.ts';
import { testDatabase } from '../db/test-database.ts';
import { createLog } from '../log.ts';
import type { Deps } from './init.ts';
import { createCaller } from './root.ts';
import type { Caller } from './root.ts';

/** Domain time in these tests stands still here. */
export const NOW = new Date('2026-11-23T17:00:00Z');

export type Actor = { personId: string; sid: string; caller: Caller };
export type World = AsyncDisposable & {
  db: Db;
  bus: Bus;
  deps: Deps;
  anonymous: Caller;
  addTenant(name: string, kind?: OrganisationKind): Promise<number>;
  addPerson(tenantId: number, role: Role): Promise<Actor>;
  /** A site with a station, a contract and a programme; for stays. */
  addStation(tenantId: number): Promise<string>;
  addStay(args: {
    tenantId: number;
    stationId: string;
    driverId: string | null;
    state?: string;
  }): Promise<string>;
};

/** A database of its own with callers that act as people in it. */
export async function createWorld(): Promise<World> {
  const database = await testDatabase();
  const log = createLog('test', 'silent');
  const db = createDb(database.appUrl, { connections: 5 });
  const bus = await connectBus(database.appUrl, log);
  const clock = clockFromAnchor(() => ({
    realAnchorMs: Date.now(),
    simAnchorMs: NOW.getTime(),
    speed: 1,
  }));
  const stationAddress = { url: null, port: 9000, needsProxyUrl: false };
  const deps: Deps = {
    db,
    bus,
    clock,
    log,
    stationAddress,
    siteUrl: 'http://localhost:3000',
    // As in the demo: what is sent can be read in `deps.mailer.outbox()`.
    mailer: createMailer({ VALLEY_MODE: 'demo' }, log),
    live: liveOf({ db, bus, clock }),
    demo: null,
  };
  return {
    db,
    bus,
    deps,
    anonymous: createCaller({ deps, principal: null }),
    addTenant: async (name, kind = 'CPO') =>
      (await db.open.organisation.create({ data: { kind, name } })).id,
    addPerson: (tenantId, role) => addPerson(deps, tenantId, role),
    addStation: (tenantId) => addStation(db, tenantId),
    addStay: (args) => addStay(db, args),
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await db.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function addPerson(deps: Deps, tenantId: number, role: Role): Promise<Actor> {
  const { db } = deps;
  const name = `${role.toLowerCase()} ${randomUUID().slice(0, 8)}`;
  const person = await db.open.person.create({
    data: { email: `${name.replace(' ', '.')}@example.org`, name },
  });
  const { id: personId } = person;
  await db.withTenant(tenantId, (tx) =>
    tx.membership.create({ data: { personId, organisationId: tenantId, tenantId, role } }),
  );
  const sid = await startSignIn(db, personId, { method: 'SCRIPT', device: null, address: null });
  const member = await memberOfSignIn(db, sid);
  if (member === null) throw new Error('The new member cannot sign in.');
  const caller = createCaller({ deps, principal: { ...member, sid } });
  return { personId, sid, caller };
}

async function addStation(db: Db, tenantId: number): Promise<string> {
  const id = `S-${randomUUID().slice(0, 8)}`;
  await db.withTenant(tenantId, async (tx) => {
    const { id: locationId } = await tx.location.create({
      data: { tenantId, name: 'Quay', biddingZone: 'NL', salePriceMicro: 400_000n },
    });
    await tx.chargingStation.create({
      data: { id, tenantId, locationId, keyHash: new Uint8Array(32) },
    });
    await tx.contract.create({
      data: { tenantId, kind: 'DAY_AHEAD', biddingZone: 'NL', validFrom: NOW },
    });
    const version = (await tx.programmeVersion.count()) + 1;
    await tx.programmeVersion.create({
      data: {
        tenantId,
        version,
        validFrom: NOW,
        shareBp: 9_000,
        driverBp: 5_000,
        mspBp: 1_500,
        cpoBp: 2_500,
        platformBp: 1_000,
      },
    });
  });
  return id;
}

async function addStay(
  db: Db,
  args: { tenantId: number; stationId: string; driverId: string | null; state?: string },
): Promise<string> {
  const { tenantId, stationId, driverId, state = 'OPEN' } = args;
  return await db.withTenant(tenantId, async (tx) => {
    const station = await tx.chargingStation.findUniqueOrThrow({ where: { id: stationId } });
    const programme = await tx.programmeVersion.findFirstOrThrow();
    const contract = await tx.contract.findFirstOrThrow();
    const plugInAt = new Date(NOW.getTime() - 3_600_000);
    const session = await tx.session.create({
      data: {
        tenantId,
        stationId,
        driverId,
        state,
        plugInAt,
        locationId: station.locationId,
        evseId: 1,
        idToken: 'CARD',
        programmeVersionId: programme.id,
        contractId: contract.id,
        salePriceMicro: 400_000n,
        plugOutAt: state === 'CLOSED' ? NOW : null,
      },
    });
    return session.id;
  });
}
