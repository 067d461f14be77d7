import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { z } from 'zod';
import type { ClockAnchors } from './clock.ts';
import { carWithBattery } from './demo-traffic.ts';
import type { Fleet } from './fleet.ts';

const PLACE = z.object({ stationId: z.string(), evseId: z.int().positive().default(1) });
const PLUG_IN = PLACE.extend({
  card: z.string().min(1).max(36),
  energyKwh: z.number().positive(),
  powerKw: z.number().positive(),
  phases: z.union([z.literal(1), z.literal(3)]).optional(),
  batteryKwh: z.number().positive().optional(),
  soc: z.number().min(0).max(100).optional(),
  departAt: z.iso.datetime().optional(),
});
const CLOCK = z.object({
  realAnchorMs: z.number(),
  simAnchorMs: z.number(),
  speed: z.number().positive(),
});

export type ControlOptions = {
  port: number;
  token: string;
  /** Called after POST /clock has changed the clock. */
  onClock: (anchors: ClockAnchors) => void;
};

type Answer = { code: number; body: object };
const done = (body: object = {}): Answer => ({ code: 200, body });
const MAX_BODY_BYTES = 10_000;

function carOf(ask: z.infer<typeof PLUG_IN>) {
  const car = {
    phases: ask.phases ?? (ask.powerKw <= 7.4 ? 1 : 3),
    maxPowerW: Math.round(ask.powerKw * 1000),
    energyNeedMilliWh: Math.round(ask.energyKwh * 1_000_000),
  } as const;
  if (ask.batteryKwh === undefined) return car;
  const batteryMilliWh = Math.round(ask.batteryKwh * 1_000_000);
  const soc = ask.soc === undefined ? {} : { startSocPercent: ask.soc };
  return carWithBattery({ ...car, batteryMilliWh, ...soc });
}

async function plugIn(fleet: Fleet, body: unknown): Promise<Answer> {
  const ask = PLUG_IN.parse(body);
  const outcome = await fleet.plugIn(ask.stationId, {
    evseId: ask.evseId,
    idToken: ask.card,
    car: carOf(ask),
    ...(ask.departAt === undefined ? {} : { departAtMs: Date.parse(ask.departAt) }),
  });
  return { code: outcome === 'busy' ? 409 : 200, body: { outcome } };
}

function stateOf(fleet: Fleet): object {
  const stations = fleet.stations().map((station) => ({
    id: station.id,
    online: station.isOnline(),
    evses: Array.from({ length: fleet.evseCount(station.id) }, (_, index) => {
      const { atMs, ...state } = station.state(index + 1);
      return { evseId: index + 1, at: new Date(atMs).toISOString(), ...state };
    }),
  }));
  const at = new Date(fleet.clock.now()).toISOString();
  return { at, clock: fleet.clock.anchors(), waiting: fleet.waiting(), stations };
}

function stationOf(fleet: Fleet, stationId: string) {
  const station = fleet.station(stationId);
  if (station === undefined) throw new RangeError(`there is no station ${stationId}`);
  return station;
}

/** One row per order; each answers with a JSON object. */
const ORDERS: Record<
  string,
  (fleet: Fleet, body: unknown, options: ControlOptions) => Answer | Promise<Answer>
> = {
  'GET /state': (fleet) => done(stateOf(fleet)),
  'POST /plug-in': plugIn,
  'POST /plug-out': (fleet, body) => {
    const { stationId, evseId } = PLACE.parse(body);
    stationOf(fleet, stationId).plugOut(evseId);
    return done();
  },
  'POST /stop': (fleet, body) => {
    const { stationId, evseId } = PLACE.parse(body);
    stationOf(fleet, stationId).stop(evseId);
    return done();
  },
  'POST /disconnect': (fleet, body) => {
    stationOf(fleet, PLACE.parse(body).stationId).disconnect();
    return done();
  },
  'POST /connect': async (fleet, body) => {
    await stationOf(fleet, PLACE.parse(body).stationId).connect();
    return done();
  },
  'POST /clock': (fleet, body, options) => {
    const anchors = CLOCK.parse(body);
    fleet.clock.setAnchors(anchors);
    options.onClock(anchors);
    return done();
  },
};

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) throw new RangeError('body is too long');
  }
  return text === '' ? {} : JSON.parse(text);
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function answer(
  fleet: Fleet,
  request: IncomingMessage,
  options: ControlOptions,
): Promise<Answer> {
  if (!isAllowed(request, options.token)) return { code: 401, body: { error: 'wrong token' } };
  const order = ORDERS[`${request.method} ${request.url}`];
  if (order === undefined) return { code: 404, body: { error: 'no such order' } };
  try {
    return await order(fleet, await readBody(request), options);
  } catch (error) {
    return { code: 400, body: { error: error instanceof Error ? error.message : 'failed' } };
  }
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/**
 * startControl lets a person or a test act on the fleet, on this machine only: GET /state, POST
 * /plug-in, /plug-out, /stop, /disconnect, /connect, /clock, with `Authorization: Bearer TOKEN`.
 */
export function startControl(fleet: Fleet, options: ControlOptions): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(fleet, request, options).then((result) => send(response, result));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve(server));
  });
}
