import { randomUUID } from 'node:crypto';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import { issueSession } from '../auth/sign-in.ts';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/client.ts';
import type { Log } from '../log.ts';
import type { AppRouter } from '../trpc/root.ts';
import type { RecordedStay } from '#domain/charging/recorded-stay.ts';
import type { ReplaySeed } from './seed.ts';

/** Two recorded plug-ins of one EVSE are further apart than this. */
const SAME_STAY_S = 1_800;

export type Declaring = {
  /** How many drivers are about to say something. */
  pending(): number;
  close(): void;
};

/**
 * declareOnPlugIn lets each driver say the recorded departure and energy as soon as the session is
 * there: signed in, through the same procedure as the page.
 */
export function declareOnPlugIn(args: {
  db: Db; bus: Bus; log: Log; secret: string; portalUrl: string; stays: readonly RecordedStay[]; seed: ReplaySeed;
}): Declaring {
  const declared = new Set<string>();
  const cookies = new Map<string, string>();
  const cookieOf = async (personId: string) => {
    const known = cookies.get(personId);
    if (known !== undefined) return known;
    const { cookie } = await issueSession({ db: args.db, secret: args.secret, secure: false }, personId);
    cookies.set(personId, cookie);
    return cookie;
  };
  const declare = async (sessionId: string) => {
    const session = await args.db.asSystem((tx) => tx.session.findUnique({ where: { id: sessionId } }));
    if (session === null || session.driverId === null) return;
    const at = session.plugInAt.getTime() / 1000;
    const stay = args.stays.find((one) => one.stationId === session.stationId && one.evseId === session.evseId
      && one.card === session.idToken && Math.abs(one.plugInAt - at) < SAME_STAY_S);
    if (stay === undefined) return;
    const client = createTRPCClient<AppRouter>({ links: [httpLink({
      url: `${args.portalUrl}/api/trpc`, transformer: superjson,
      headers: { cookie: await cookieOf(session.driverId), origin: args.portalUrl },
    })] });
    await client.charging.setPreference.mutate({
      sessionId, requestId: randomUUID(), readyByAt: new Date(stay.plugOutAt * 1000), energyMilliWh: stay.energyMilliWh,
    });
  };
  let pending = 0;
  const close = args.bus.subscribe('session', (ids) => {
    for (const id of ids ?? []) {
      if (declared.has(id)) continue;
      declared.add(id);
      pending += 1;
      declare(id).catch((error: unknown) => {
        declared.delete(id);
        args.log.warn({ error: String(error), session: id }, 'declaring failed and is tried at the next word');
      }).finally(() => { pending -= 1; });
    }
  });
  return { pending: () => pending, close };
}
