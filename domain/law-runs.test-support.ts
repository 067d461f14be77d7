const asked = Number(process.env['VALLEY_LAW_RUNS'] ?? 1_000);

/**
 * lawRuns is how many random cases a law is tried on: 1,000 in `npm test`, what is asked for in
 * `npm run laws -- --runs N`.
 * @param atMost where a case is compared with a solver that needs milliseconds.
 */
export function lawRuns(atMost = Number.POSITIVE_INFINITY): number {
  return Math.min(asked, atMost);
}
