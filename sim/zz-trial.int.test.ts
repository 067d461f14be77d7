import { expect, test } from 'vitest';
import { createWorld } from '../server/gateway/gateway.fixture.ts';
import { createStation } from './station.ts';
import { createClock } from './clock.ts';
for (const version of ['1.6', '2.0.1'] as const)
test('trial ' + version, async () => {
  await using world = await createWorld();
  const s = await world.addStation();
  const clock = createClock({});
  const errors: unknown[] = []; const log: string[] = [];
  const st = createStation({ url: `ws://127.0.0.1:${world.gateway.port}/ocpp`, id: s.id, key: s.key, version, clock, timing: { reconnectMinMs: 20, reconnectMaxMs: 200, retryMs: 50 },
    onEvent: (e) => { if (e.type === 'offline' || e.type === 'online') log.push(e.type + e.reason); if (e.type === 'answer') { log.push(`${e.action} ${e.outcome}`); if (e.outcome !== 'ok') errors.push(e); } if (e.type === 'request') { log.push(`< ${e.action} ${JSON.stringify(e.payload).slice(0,150)} -> ${JSON.stringify(e.reply).slice(0,150)}`);} } });
  setTimeout(() => console.log(log.join('\n'), JSON.stringify(errors)), 12000);
  await st.connect();
  expect(await st.plugIn({ evseId: 1, idToken: 'CARD', car: { phases: 3, maxPowerW: 11000, energyNeedMilliWh: 11_000_000 } })).toBe('authorised');
  await st.idle();
  clock.jump(clock.now() + 180_000); st.state(1);
  await st.idle();
  st.disconnect(); clock.jump(clock.now() + 180_000); st.state(1);
  await st.connect();
  await st.idle();
  await new Promise(r => setTimeout(r, 1500));
  st.plugOut(1); await st.idle();
  console.log(log.join('\n'), errors);
  st.close();
  expect(errors.filter((e) => (e as {outcome: string}).outcome === 'error')).toEqual([]);
});
