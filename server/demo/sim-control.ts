import { z } from 'zod';
import { ValleyError } from '../errors.ts';

/** Where the demo's simulated street takes orders: its control port on this machine. */
export type SimControl = { url: string; token: string };

const stateSchema = z.object({
  at: z.iso.datetime(),
  stations: z.array(z.object({
    id: z.string(), online: z.boolean(), evses: z.array(z.object({ evseId: z.int(), plugged: z.boolean() })),
  })),
});
export type StreetState = z.infer<typeof stateSchema>;

export type CarToPlugIn = {
  stationId: string; evseId: number; card: string; energyKwh: number; powerKw: number; phases: 1 | 3; batteryKwh: number; departAt: string;
};

const TIMEOUT_MS = 5_000;
const AWAY = 'The simulated street does not answer. Wait a few seconds and try again.';

/** simState tells which simulated stations are connected and where a car is plugged in. */
export async function simState(control: SimControl): Promise<StreetState> {
  const answer = await ask(control, '/state', null);
  return stateSchema.parse(await answer.json());
}

/** plugInCar plugs a car in. @returns false where somebody was quicker. */
export async function plugInCar(control: SimControl, car: CarToPlugIn): Promise<boolean> {
  return (await ask(control, '/plug-in', car)).status !== 409;
}

async function ask({ url, token }: SimControl, path: string, body: object | null): Promise<Response> {
  const answer = await fetch(`${url}${path}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === null ? {} : { method: 'POST', body: JSON.stringify(body) }),
  }).catch(() => null);
  if (answer === null || (!answer.ok && answer.status !== 409)) throw new ValleyError('NOT_READY', AWAY);
  return answer;
}
