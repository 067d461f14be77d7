import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';

let world: World;
let rival: Actor;
let locationId: string;
let takenId: string;

beforeAll(async () => {
  world = await createWorld();
  takenId = await world.addStation(await world.addTenant('Own'));
  rival = await world.addPerson(await world.addTenant('Rival'), 'ADMIN');
  const site = { name: 'Quay', address: null, biddingZone: 'NL', salePriceMicro: 450_000 };
  ({ id: locationId } = await rival.caller.fleet.createLocation(site));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const addStation = (id: string) =>
  rival.caller.fleet.createStation({ id, locationId, evses: 1, maxPowerW: 22_080, phases: 3 });
const link = (email: string) => rival.caller.fleet.linkCard({ email, name: 'X', uid: 'CARD-X' });

it('nobody goes through a list of ids or addresses to see which other organisations have', async () => {
  const other = await world.addPerson(await world.addTenant('Third'), 'DRIVER');
  const { email } = await world.db.open.person.findUniqueOrThrow({ where: { id: other.personId } });
  for (let n = 0; n < 30; n += 1) await addStation(`FREE-${n}`);
  for (let n = 0; n < 10; n += 1) {
    await expect(addStation(takenId)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(link(email)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This address cannot be used for a driver. Use a different one.',
    });
  }
  const tooMany = { code: 'TOO_MANY_REQUESTS' };
  await expect(addStation(takenId)).rejects.toMatchObject(tooMany);
  await expect(addStation('FREE-30')).rejects.toMatchObject(tooMany);
  await expect(link('nobody@example.org')).rejects.toMatchObject(tooMany);
});
