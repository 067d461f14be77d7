import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { newPlace, removePlace, startInstallation, type Installation } from './installation.ts';

export { expect };

const START_MS = 600_000;
const HOME = { stationId: 'VLY-001', evseId: 1 } as const;
const BESIDE = { stationId: 'VLY-001', evseId: 2 } as const;
/** The demo's driver and the one name its button has. */
const CARD = 'DEMO-DANA';
/** A card of the street that is nobody's by name. */
const OTHER_CARD = 'DEMO-0180';
const OTHER_CAR = { energyKwh: 20, powerKw: 11, phases: 3, batteryKwh: 60, soc: 50 } as const;
const LABELS = {
  DRIVER: 'Driver',
  ADMIN: 'Administrator',
  CPO: 'Charging station operator',
  MSP: 'Mobility provider',
  MUNICIPALITY: 'Municipality',
  GRID: 'Grid operator',
  PLATFORM: 'Platform',
} as const;

export type DemoRole = keyof typeof LABELS;
type EvseState = {
  evseId: number;
  plugged: boolean;
  idToken: string | null;
  /** The back office gave it, as the driver's station speaks OCPP 1.6; null: no stay is under way. */
  transactionId: string | null;
  powerW: number;
  deliveredMilliWh: number;
};
type FleetState = { at: string; stations: { id: string; online: boolean; evses: EvseState[] }[] };

/** The demo and its simulated street. */
export type Demo = Installation & {
  /** Simulated time at the street, in ms since 1970. */
  nowMs(): Promise<number>;
  /** What the driver's charging point shows. */
  ownEvse(): Promise<EvseState>;
  /** The driver's car is at the charger, whether it stood there already or comes now. */
  plugIn(): Promise<void>;
  plugOut(): Promise<void>;
  /** The driver's car leaves and another takes its place: else the driver is back an hour later. */
  plugOutForGood(): Promise<void>;
  /**
   * A car stands beside the driver's: the one that is there, or else a new one with this card, for the
   * street's own cars leave the place free. Gives the card by which it has a stay.
   */
  plugInBeside(card?: string): Promise<string>;
  /** Cuts or mends the link of the driver's station. */
  setLink(on: boolean): Promise<void>;
  /** Stops the demo and starts it again on the same data. */
  restart(): Promise<void>;
};

async function controlOf(place: { ocppPort: number; dataDir: string }) {
  const text = await readFile(path.join(place.dataDir, 'demo', 'keys.json'), 'utf8');
  const { control } = JSON.parse(text) as { control: string };
  const headers = { authorization: `Bearer ${control}`, 'content-type': 'application/json' };
  return async (method: 'GET' | 'POST', order: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${place.ocppPort + 1}/${order}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // "busy": the car is there already.
    if (!answer.ok && answer.status !== 409) throw new Error(`${order}: ${await answer.text()}`);
    return answer.json();
  };
}

async function startDemo(speed: number): Promise<{ demo: Demo; end: () => Promise<void> }> {
  const place = await newPlace();
  const start = () => startInstallation(place, ['demo', '--speed', String(speed)]);
  let running = await start();
  const order = await controlOf(place);
  const state = async () => (await order('GET', 'state')) as FleetState;
  const evseAt = async (place: typeof HOME | typeof BESIDE) => {
    const { stations } = await state();
    const evse = stations
      .find(({ id }) => id === place.stationId)
      ?.evses.find(({ evseId }) => evseId === place.evseId);
    if (evse === undefined) throw new Error(`The street has no ${place.stationId}.`);
    return evse;
  };
  const ownEvse = () => evseAt(HOME);
  const demo: Demo = {
    ...running,
    pidOf: (role) => running.pidOf(role),
    stop: () => running.stop(),
    nowMs: async () => Date.parse((await state()).at),
    ownEvse,
    async plugIn() {
      await order('POST', 'plug-in', {
        ...HOME,
        card: CARD,
        energyKwh: 24,
        powerKw: 11,
        phases: 3,
        batteryKwh: 60,
        soc: 40,
      });
      await expect.poll(async () => (await ownEvse()).plugged).toBe(true);
    },
    async plugInBeside(card) {
      const there = (await evseAt(BESIDE)).idToken;
      if (card !== undefined && there !== card) await order('POST', 'plug-out', BESIDE);
      await expect
        .poll(async () => {
          await order('POST', 'plug-in', { ...BESIDE, ...OTHER_CAR, card: card ?? there ?? OTHER_CARD });
          const { idToken, transactionId } = await evseAt(BESIDE);
          return transactionId !== null && (card === undefined || idToken === card);
        })
        .toBe(true);
      return (await evseAt(BESIDE)).idToken ?? '';
    },
    async plugOut() {
      await order('POST', 'plug-out', HOME);
    },
    async plugOutForGood() {
      await order('POST', 'plug-out', HOME);
      await expect
        .poll(async () => {
          await order('POST', 'plug-in', { ...HOME, ...OTHER_CAR, card: OTHER_CARD });
          return (await ownEvse()).idToken;
        })
        .toBe(OTHER_CARD);
    },
    async setLink(on) {
      await order('POST', on ? 'connect' : 'disconnect', HOME);
    },
    async restart() {
      await running.stop();
      running = await start();
    },
  };
  const end = async () => {
    await running.stop();
    await removePlace(place);
  };
  return { demo, end };
}

/** Signs in by one tap on the page, as a visitor of the demo does. */
export async function tapIn(page: Page, url: string, role: DemoRole): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByRole('main').getByRole('button', { name: LABELS[role], exact: true }).click();
  await page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
}

/** Signs in without a page: the same two requests, only faster. */
export async function signIn(context: BrowserContext, url: string, role: DemoRole): Promise<void> {
  const csrf = await context.request.get(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await context.request.post(`${url}/api/auth/callback/demo`, {
    form: { role, csrfToken, json: 'true' },
    headers: { origin: url },
  });
  expect(answer.ok()).toBe(true);
}

/** The receipt of a stay in the driver's history. */
export async function receiptPath(context: BrowserContext, { portalUrl }: Demo): Promise<string> {
  const html = await (await context.request.get(`${portalUrl}/driver/history`)).text();
  const found = /\/driver\/sessions\/[0-9a-f-]{36}/.exec(html)?.[0];
  if (found === undefined) throw new Error('The history has no stay with a receipt.');
  return found;
}

/**
 * Entries of the stay's story with this text. What was planned is looked up there and not in the line
 * that tells the newest plan's reason: the next plan may follow within a moment.
 */
export async function told(page: Page, text: string): Promise<number> {
  const story = page.locator('details').filter({ hasText: 'Why did it do that?' });
  if ((await story.getAttribute('open')) === null) await story.locator('summary').click();
  const entries = story.getByRole('listitem');
  await expect(entries.first()).toBeVisible();
  return await entries.filter({ hasText: text }).count();
}

/** Euros of a text such as `≈ €1.23`, in whole micro-euro. */
export function microFrom(text: string | null): number {
  const match = /(−?)€(\d+)\.(\d+)/.exec(text ?? '');
  if (match === null) throw new Error(`There is no amount in “${text ?? ''}”.`);
  const [, sign, whole = '0', part = '0'] = match;
  const micro = Number(whole) * 1_000_000 + Number(part.padEnd(6, '0').slice(0, 6));
  return sign === '' ? micro : -micro;
}

type Workers = {
  /** Simulated seconds per second. A spec that sets its own gets a demo of its own. */
  speed: number;
  demo: Demo;
};

export const test = base.extend<{ driverPage: Page }, Workers>({
  // The cheap hours, in which the car gets full, and its departure are twenty minutes away: a busy
  // machine has done with all specs by then.
  speed: [30, { scope: 'worker', option: true }],
  demo: [
    async ({ speed }, use) => {
      const { demo, end } = await startDemo(speed);
      await use(demo);
      await end();
    },
    { scope: 'worker', timeout: START_MS },
  ],
  // The driver's page, signed in, with a car at the charger.
  driverPage: async ({ demo, context, page }, use) => {
    await demo.plugIn();
    await signIn(context, demo.portalUrl, 'DRIVER');
    await page.goto(`${demo.portalUrl}/driver`);
    await expect(page.getByRole('button', { name: /^(Charge now|Back to smart)$/ })).toBeVisible();
    await use(page);
  },
});
