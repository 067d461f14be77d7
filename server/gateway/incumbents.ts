import { randomUUID } from 'node:crypto';
import { publish, type Bus } from '../bus/bus.ts';
import type { Db } from '../db/client.ts';

/** For the word there and back; the ping itself has its own time. */
const WORD_MS = 1_000;

type IncumbentsArgs = {
  db: Db;
  bus: Bus;
  /** This gateway's name. */
  node: string;
  /** How long a station may take to answer a ping, in ms. */
  pongMs: number;
  /** Pings the station where it is connected here; false where it is not. */
  answersHere(stationId: string): Promise<boolean>;
};

/** The gateways' word to each other about who holds a station. */
export type Incumbents = {
  /** Whether the station still answers at that gateway; one that says nothing in time is gone. */
  answersAt(node: string, stationId: string): Promise<boolean>;
  close(): void;
};

/**
 * createIncumbents asks and answers over the bus: `ask/NONCE/NODE/STATION`, then `yes/NONCE` or `no/NONCE`.
 */
export function createIncumbents(args: IncumbentsArgs): Incumbents {
  const { db, bus, node, pongMs } = args;
  const waiting = new Map<string, (isThere: boolean) => void>();
  const say = (word: string) => db.asSystem((tx) => publish(tx, 'incumbent', [word]));
  const hear = async (word: string): Promise<void> => {
    const [what, nonce = '', asked, ...station] = word.split('/');
    if (what !== 'ask') waiting.get(nonce)?.(what === 'yes');
    else if (asked === node) {
      await say(`${(await args.answersHere(station.join('/'))) ? 'yes' : 'no'}/${nonce}`);
    }
  };
  const unsubscribe = bus.subscribe('incumbent', (words) => {
    // A gateway that cannot answer counts as gone.
    for (const word of words ?? []) void hear(word).catch(() => undefined);
  });
  return {
    async answersAt(other, stationId) {
      const nonce = randomUUID();
      const answer = new Promise<boolean>((resolve) => {
        waiting.set(nonce, resolve);
      });
      const timer = setTimeout(() => waiting.get(nonce)?.(false), pongMs + WORD_MS);
      try {
        await say(`ask/${nonce}/${other}/${stationId}`);
        return await answer;
      } finally {
        clearTimeout(timer);
        waiting.delete(nonce);
      }
    },
    close: unsubscribe,
  };
}
