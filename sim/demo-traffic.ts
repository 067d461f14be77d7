import { readFileSync } from 'node:fs';
import { syntheticSessions } from '#domain/market/synthetic-sessions.ts';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Car, linearTaper } from './car.ts';
import type { FleetStation } from './fleet.ts';
import type { Visit } from './programme.ts';

const QUIRKS = z
  .strictObject({
    rateUnit: z.enum(['A', 'W']),
    maxPeriods: z.int().positive(),
    stackLevel0Only: z.boolean(),
    refusesTxProfile: z.boolean(),
    ignoresProfiles: z.boolean(),
    silent: z.boolean(),
    noComposite: z.boolean(),
    clockSkewS: z.number(),
    dropsProfilesOnReconnect: z.boolean(),
    phases: z.union([z.literal(1), z.literal(3)]),
    maxCurrentA: z.number().positive(),
    wakeFailsAfterMin: z.number().min(0),
    lateMeterValues: z.boolean(),
    kwhLabelledWh: z.boolean(),
    countingMessageIds: z.boolean(),
    txStartPoint: z.enum(['EVConnected', 'Authorized']),
  })
  .partial();

const CONFIG = z.strictObject({
  url: z.string().regex(/^wss?:\/\//),
  /** Must be the speed of the server's clock; the time itself is learned. */
  speed: z.number().positive(),
  zone: z.string().default('Europe/Amsterdam'),
  stations: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(48),
        key: z.string().min(1),
        version: z.enum(['1.6', '2.0.1']).default('1.6'),
        evses: z.int().min(1).max(9).default(1),
        quirks: QUIRKS.default({}),
        /** False: no stays of its own, only what the control port plugs in. */
        traffic: z.boolean().default(true),
      }),
    )
    .min(1),
  /** Nine per EVSE let every regular keep a card of their own. */
  cards: z.array(z.string().min(1).max(20)).min(1),
  control: z.strictObject({ port: z.int(), token: z.string().min(16) }).optional(),
});

export type DemoConfig = z.infer<typeof CONFIG>;

/** readDemoConfig reads the file of `--stations`. @throws Error that says what to correct */
export function readDemoConfig(file: string): DemoConfig {
  const checked = CONFIG.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (checked.success) return checked.data;
  throw new Error(`${file}: ${z.prettifyError(checked.error)}`);
}

export function demoStations(config: DemoConfig): FleetStation[] {
  return config.stations.map(({ id, key, version, evses, quirks }) => {
    // zod types absent keys of a partial object as undefined, which exact optional types refuse.
    const given = Object.entries(quirks).filter(([, value]) => value !== undefined);
    return { id, key, version, evses, quirks: Object.fromEntries(given) };
  });
}

/** A car whose battery is nearly full by the time it has what it needs, as most drivers want it. */
export function carWithBattery(args: {
  phases: 1 | 3;
  maxPowerW: number;
  energyNeedMilliWh: number;
  batteryMilliWh: number;
  startSocPercent?: number;
}): Car {
  const needPercent = (args.energyNeedMilliWh / args.batteryMilliWh) * 100;
  const startSocPercent = args.startSocPercent ?? Math.max(5, Math.floor(90 - needPercent));
  const battery = { batteryMilliWh: args.batteryMilliWh, startSocPercent };
  const taper = linearTaper({ ...battery, maxPowerW: args.maxPowerW });
  return { ...args, ...battery, taper };
}

/** Seconds that `zone` is ahead of UTC. */
function offsetOf(zone: string): (at: number) => number {
  return (at) => {
    const instant = Temporal.Instant.fromEpochMilliseconds(at * 1000);
    return instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;
  };
}

/** demoVisits is the synthetic traffic of a span: the same for the same seed, without end. */
export function demoVisits(
  config: DemoConfig,
  seed: number,
): (fromMs: number, toMs: number) => Visit[] {
  const evses = config.stations.flatMap(({ id, evses: count, traffic }) =>
    Array.from({ length: count }, (_, index) => ({ stationId: id, evseId: index + 1, traffic })),
  );
  const localOffsetS = offsetOf(config.zone);
  const cardOf = (cardIndex: number) => config.cards[cardIndex % config.cards.length] ?? '';
  return (fromMs, toMs) => {
    const span = { fromAt: Math.ceil(fromMs / 1000), toAt: Math.ceil(toMs / 1000) };
    const sessions = syntheticSessions({
      seed,
      ...span,
      evseCount: evses.length,
      localOffsetS,
    });
    return sessions.flatMap((session) => {
      const place = evses[session.evseIndex];
      if (place === undefined || !place.traffic) return [];
      const { stationId, evseId } = place;
      const { phases, powerW, energyMilliWh, batteryMilliWh } = session;
      const car = carWithBattery({
        phases,
        maxPowerW: powerW,
        energyNeedMilliWh: energyMilliWh,
        batteryMilliWh,
      });
      return {
        id: `${session.evseIndex}-${session.plugInAt}`,
        stationId,
        evseId,
        idToken: cardOf(session.cardIndex),
        plugInMs: session.plugInAt * 1000,
        plugOutMs: session.plugOutAt * 1000,
        car,
      };
    });
  };
}
