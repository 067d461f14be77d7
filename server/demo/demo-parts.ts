import { DEMO_DRIVER_CARD, DEMO_TIME_ZONE, DEMO_ZONE } from '#prisma/seed/demo.ts';
import type { Env } from '../env.ts';
import type { DemoParts } from './demo.router.ts';
import { createStreet } from './street.service.ts';

/** demoParts is what the demo's first page needs; null in every other mode. */
export function demoParts(env: Env): DemoParts | null {
  const { VALLEY_MODE: mode, VALLEY_DEMO_STREET: url, VALLEY_DEMO_TOKEN: token } = env;
  if (mode !== 'demo' || url === undefined || token === undefined) return null;
  return { street: createStreet({ biddingZone: DEMO_ZONE, timeZone: DEMO_TIME_ZONE, driverCard: DEMO_DRIVER_CARD }), sim: { url, token } };
}
