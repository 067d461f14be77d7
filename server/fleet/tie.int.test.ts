import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Actor, type World } from '../trpc/world.test-support.ts';

let world: World;
let admin: Actor;
let locationId: string;
let town: number;
let gridNodeId: string;

beforeAll(async () => {
  world = await createWorld();
  const tenantId = await world.addTenant('Canal');
  admin = await world.addPerson(tenantId, 'ADMIN');
  await world.addStation(tenantId);
  locationId = (await world.db.withTenant(tenantId, (tx) => tx.location.findFirstOrThrow())).id;
  town = await world.addTenant('Port Town', 'MUNICIPALITY');
  const grid = await world.addPerson(await world.addTenant('Grid', 'GRID_OPERATOR'), 'GRID');
  const node = { kind: 'FEEDER', name: 'Harbour', parentId: null, requestId: randomUUID() } as const;
  ({ gridNodeId } = await grid.caller.grid.addNode(node));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

it('hangs a site below the node whose code its operator holds, and into a municipality', async () => {
  await admin.caller.tie.tieSite({ locationId, gridNodeId, municipalityId: town });
  expect(await admin.caller.tie.sites()).toEqual({
    municipalities: [{ id: town, name: 'Port Town' }],
    sites: [{ locationId, node: { id: gridNodeId, name: 'Harbour' }, municipalityId: town }],
  });
  await admin.caller.tie.tieSite({ locationId, gridNodeId: null, municipalityId: null });
  expect((await admin.caller.tie.sites()).sites).toEqual([{ locationId, node: null, municipalityId: null }]);
});

it('says what to do about a code that is none, and a municipality that is none', async () => {
  const given = { locationId, gridNodeId, municipalityId: town };
  await expect(admin.caller.tie.tieSite({ ...given, gridNodeId: randomUUID() })).rejects.toThrow('Ask your grid operator');
  const { tenantId } = await world.db.asSystem((tx) => tx.location.findFirstOrThrow());
  await expect(admin.caller.tie.tieSite({ ...given, municipalityId: tenantId })).rejects.toThrow('Choose a municipality');
  expect((await admin.caller.tie.sites()).sites).toEqual([{ locationId, node: null, municipalityId: null }]);
});

it('lets a provider see the programme that an operator accepts with its name', async () => {
  const msp = await world.addPerson(await world.addTenant('Kerb Card', 'MSP'), 'MSP');
  const other = await world.addPerson(await world.addTenant('Other Card', 'MSP'), 'MSP');
  const fresh = await world.addPerson(await world.addTenant('Fresh'), 'ADMIN');
  await fresh.caller.fleet.acceptProgramme({ mspName: 'Kerb Card' });
  expect(await msp.caller.msp.programmes()).toMatchObject([{ operator: 'Fresh', version: 1, isInForce: true }]);
  expect(await other.caller.msp.programmes()).toEqual([]);
});
