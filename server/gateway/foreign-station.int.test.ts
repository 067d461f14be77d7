import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RPCClient as UntypedClient } from 'ocpp-rpc';
import { publish } from '../bus/bus.ts';
import { createWorld, eventually, type World } from './gateway.fixture.ts';

/** What the package's own types leave out or demand wrongly. */
type Client = {
  handle(action: string, handler: (call: { params: unknown }) => object): void;
  connect(): Promise<unknown>;
  call(action: string, payload: object): Promise<unknown>;
  close(options: { force: boolean }): Promise<unknown>;
};
const RPCClient = UntypedClient as unknown as new (options: object) => Client;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('a station of another make', () => {
  it('boots, charges and obeys over ocpp-rpc in strict mode', async () => {
    const station = await world.addStation();
    const client = new RPCClient({
      endpoint: `ws://127.0.0.1:${world.gateway.port}/ocpp`,
      identity: station.id,
      password: station.key,
      protocols: ['ocpp1.6'],
      strictMode: true,
      reconnect: false,
    });
    const profiles: unknown[] = [];
    client.handle('GetConfiguration', () => ({ configurationKey: [], unknownKey: [] }));
    client.handle('ChangeConfiguration', () => ({ status: 'NotSupported' }));
    client.handle('SetChargingProfile', ({ params }) => {
      profiles.push(params);
      return { status: 'Accepted' };
    });
    await client.connect();
    try {
      expect(
        await client.call('BootNotification', {
          chargePointVendor: 'ocpp-rpc',
          chargePointModel: 'x',
        }),
      ).toMatchObject({ status: 'Accepted' });
      const started = (await client.call('StartTransaction', {
        connectorId: 1,
        idTag: 'CARD',
        meterStart: 0,
        timestamp: new Date().toISOString(),
      })) as { transactionId: number };
      const command = await world.db.withTenant(world.tenantId, async (tx) => {
        const row = await tx.command.create({
          data: {
            tenantId: world.tenantId,
            stationId: station.id,
            action: 'SetChargingProfile',
            requestedAt: new Date(),
            payload: {
              evseId: 1,
              profile: {
                id: 1,
                stackLevel: 0,
                purpose: 'TxProfile',
                transactionOcppId: String(started.transactionId),
                rateUnit: 'A',
                startAt: '2026-11-02T18:00:00Z',
                validFrom: '2026-11-02T18:00:00Z',
                validTo: null,
                durationS: null,
                numberPhases: null,
                periods: [{ startOffsetS: 0, limit: 6 }],
              },
            },
          },
          select: { id: true },
        });
        await publish(tx, 'command', [station.id]);
        return row;
      });
      await eventually(() =>
        world.db.withTenant(world.tenantId, (tx) =>
          tx.command.findFirst({ where: { id: command.id, state: 'ACCEPTED' } }),
        ),
      );
      expect(profiles).toHaveLength(1);
      await client.call('StopTransaction', {
        transactionId: started.transactionId,
        meterStop: 10,
        timestamp: new Date().toISOString(),
      });
      const row = await world.db.withTenant(world.tenantId, (tx) =>
        tx.transaction.findUniqueOrThrow({ where: { id: started.transactionId } }),
      );
      expect(row.state).toBe('ENDED');
    } finally {
      await client.close({ force: true });
    }
  });
});
