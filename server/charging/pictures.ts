import { within } from '../deadline.ts';

/** One wanted picture in the queue. */
export type Picture<T> = {
  /** Resolves with what was read, or null once nobody waits for it. */
  read: Promise<T | null>;
  /** True until its reading begins: what changes up to then is in it. */
  isWaiting(): boolean;
  /** Somebody waits for it now: it goes before those that only keep a page fresh. */
  hurry(): void;
  /** Nobody waits for it any more. */
  drop(): void;
};

export type Pictures<W, T> = { ask(wanted: W, isUrgent: boolean): Picture<T> };

/** What came of one wanted picture: an error is its own, the others of the reading are shown. */
export type Read<T> = T | null | Error;

type Entry<W, T> = { wanted: W; resolve: (value: T | null) => void; reject: (reason: unknown) => void };

/** Pictures of one reading: few enough that nothing else in the process waits long for its turn. */
const BATCH = 32;
/** Longer than a tx of the database may take (server/db/client.ts). */
const DEADLINE_MS = 35_000;
/** Rest after a reading, in multiples of how long it took. */
const URGENT_REST = 1;
const PATIENT_REST = 3;
/** No rest is counted from more than this: what hung was not work. */
const REST_FOR_MS = 2_000;

/**
 * createPictures reads pictures many at a time, the urgent ones first. After each reading it rests for
 * as long as it worked, before pictures that only keep a page fresh three times as long: with a
 * thousand open pages they come less often, and neither other requests nor the stations wait for them.
 * A reading that takes 35 s fails: the next does not wait for it.
 * @param readTogether gives one picture per wanted one, in their order, or the error it met there.
 */
export function createPictures<W, T>(
  readTogether: (wanted: readonly W[]) => Promise<readonly Read<T>[]>,
): Pictures<W, T> {
  const urgent = new Set<Entry<W, T>>();
  const patient = new Set<Entry<W, T>>();
  const rest = { urgentUntilMs: 0, patientUntilMs: 0 };
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;

  const schedule = () => {
    clearTimeout(timer);
    if (isReading || urgent.size + patient.size === 0) return;
    const untilMs = urgent.size > 0 ? rest.urgentUntilMs : rest.patientUntilMs;
    timer = setTimeout(() => void work(), Math.max(0, untilMs - performance.now()));
  };
  const take = (isPatientDue: boolean): Entry<W, T>[] => {
    const batch = [...urgent, ...(isPatientDue ? patient : [])].slice(0, BATCH);
    for (const entry of batch) {
      urgent.delete(entry);
      patient.delete(entry);
    }
    return batch;
  };
  const work = async () => {
    isReading = true;
    const startedMs = performance.now();
    const isPatientDue = startedMs >= rest.patientUntilMs;
    await answer(take(isPatientDue), readTogether);
    const doneMs = performance.now();
    const tookMs = Math.min(doneMs - startedMs, REST_FOR_MS);
    rest.urgentUntilMs = doneMs + tookMs * URGENT_REST;
    if (isPatientDue) rest.patientUntilMs = doneMs + tookMs * PATIENT_REST;
    isReading = false;
    schedule();
  };
  return {
    ask(wanted, isUrgent) {
      const { promise, resolve, reject } = Promise.withResolvers<T | null>();
      const entry = { wanted, resolve, reject };
      (isUrgent ? urgent : patient).add(entry);
      schedule();
      return {
        read: promise,
        isWaiting: () => urgent.has(entry) || patient.has(entry),
        hurry() {
          if (!patient.delete(entry)) return;
          urgent.add(entry);
          schedule();
        },
        drop() {
          urgent.delete(entry);
          patient.delete(entry);
          resolve(null);
        },
      };
    },
  };
}

/** Never rejects: each who waits is told. */
async function answer<W, T>(
  batch: readonly Entry<W, T>[],
  readTogether: (wanted: readonly W[]) => Promise<readonly Read<T>[]>,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    const read = await within(DEADLINE_MS, readTogether(batch.map(({ wanted }) => wanted)));
    for (const [index, { resolve, reject }] of batch.entries()) {
      const one = read[index] ?? null;
      if (one instanceof Error) reject(one);
      else resolve(one);
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
