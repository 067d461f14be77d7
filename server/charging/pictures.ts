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

type Entry<W, T> = { wanted: W; resolve: (value: T | null) => void; reject: (reason: unknown) => void };

/** Pictures of one reading: few enough that nothing else in the process waits long for its turn. */
const BATCH = 32;
/** Rest after a reading, in multiples of how long it took. */
const URGENT_REST = 1;
const PATIENT_REST = 3;

/**
 * createPictures reads pictures many at a time, the urgent ones first. After each reading it rests for
 * as long as it worked, before pictures that only keep a page fresh three times as long: with a
 * thousand open pages they come less often, and neither other requests nor the stations wait for them.
 * @param readTogether gives one picture per wanted one, in their order.
 */
export function createPictures<W, T>(
  readTogether: (wanted: readonly W[]) => Promise<readonly (T | null)[]>,
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
    const tookMs = doneMs - startedMs;
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
  readTogether: (wanted: readonly W[]) => Promise<readonly (T | null)[]>,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    const read = await readTogether(batch.map(({ wanted }) => wanted));
    for (const [index, { resolve }] of batch.entries()) resolve(read[index] ?? null);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
