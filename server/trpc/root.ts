import { accountRouter, setupRouter } from '../auth/account.router.ts';
import { organisationRouter, platformRouter } from '../auth/organisation.router.ts';
import { cityRouter } from '../city/city.router.ts';
import { chargingRouter } from '../charging/charging.router.ts';
import { demoRouter } from '../demo/demo.router.ts';
import { driverRouter } from '../charging/driver-profile.router.ts';
import { kerbRouter } from '../charging/kerb.router.ts';
import { evidenceRouter } from '../evidence/evidence.router.ts';
import { fleetRouter } from '../fleet/fleet.router.ts';
import { gridRouter } from '../grid/grid.router.ts';
import { marketRouter } from '../market/market.router.ts';
import { mspRouter } from '../msp/msp.router.ts';
import { planningRouter } from '../planning/planning.router.ts';
import { tieRouter } from '../fleet/tie.router.ts';
import { settlementRouter } from '../settlement/settlement.router.ts';
import { createCallerFactory, router } from './init.ts';

/** Every procedure that Valley's pages and scripts may call. */
export const appRouter = router({
  account: accountRouter,
  organisation: organisationRouter,
  platform: platformRouter,
  setup: setupRouter,
  charging: chargingRouter,
  settlement: settlementRouter,
  driver: driverRouter,
  kerb: kerbRouter,
  fleet: fleetRouter,
  market: marketRouter,
  planning: planningRouter,
  demo: demoRouter,
  evidence: evidenceRouter,
  grid: gridRouter,
  tie: tieRouter,
  msp: mspRouter,
  city: cityRouter,
});

export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
export type Caller = ReturnType<typeof createCaller>;
