import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contractCurve } from '#domain/market/curve.ts';
import { readEnv } from '../env.ts';
import { ValleyError } from '../errors.ts';
import { readPriceFile } from '../feeds/price-files.ts';
import { Stopped } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { fittingWeeks, moveWeeks, readRecordedStays } from '../replay/programme.ts';
import { replay, type ReplayOptions } from '../replay/run.ts';
import type { ReplayReport, ReplaySession } from '../replay/report.ts';
import { untilToldToStop } from '../supervise.ts';

const USAGE = `npm run replay -- --sessions FILE --prices FILE [--limit 50] [--speed 600] [--declared all|none]
    [--version 1.6|2.0.1|mixed] [--kill] [--json] [--out FILE]
Plays recorded sessions at recorded prices through the whole system on a scratch database.
  --declared none  drivers say nothing
  --kill           plays everything twice at once: undisturbed, and with gateway, worker and fleet each killed once`;

const OPTIONS = {
  sessions: { type: 'string' }, prices: { type: 'string' }, limit: { type: 'string', default: '50' }, speed: { type: 'string', default: '600' },
  declared: { type: 'string', default: 'all' }, version: { type: 'string', default: '1.6' }, kill: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false }, out: { type: 'string' }, help: { type: 'boolean', default: false },
} as const;

/** What a shell calls the end by Ctrl-C. */
const INTERRUPTED = 130;
/** Saving with kills may differ from the undisturbed run's by this. */
const KILL_TOLERANCE = 0.01;
/** A car that got this much of what it wanted got its energy. */
const DELIVERED = 0.98;

/** runReplay plays recorded sessions and ends with 0 only if every one settled and the books balance. */
export async function runReplay(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: OPTIONS });
  if (values.help || values.sessions === undefined || values.prices === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return values.help ? 0 : 1;
  }
  const limit = positive(values.limit, '--limit');
  const speed = positive(values.speed, '--speed');
  if (values.declared !== 'all' && values.declared !== 'none') throw new ValleyError('BAD_INPUT', '--declared is all or none.');
  const env = readEnv();
  const log = createLog('replay', env.VALLEY_LOG_LEVEL === 'info' ? 'error' : env.VALLEY_LOG_LEVEL);
  const { intervals } = await readPriceFile(values.prices);
  const recorded = readRecordedStays(values.sessions, limit);
  const weeks = fittingWeeks(recorded, contractCurve(intervals, 900));
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`${recorded.length} sessions, moved by ${weeks} weeks, ${speed} times as fast`);
  const options: ReplayOptions = {
    sessionsFile: values.sessions, limit, weeks, stays: moveWeeks(recorded, weeks), prices: intervals, speed,
    declared: values.declared === 'all', version: values.version, kill: false, say,
  };
  const quiet = { ...env, VALLEY_LOG_LEVEL: env.VALLEY_LOG_LEVEL === 'info' ? 'error' as const : env.VALLEY_LOG_LEVEL };
  const killing: ReplayOptions | null = values.kill ? { ...options, kill: true, say: (text) => say(`[kill] ${text}`) } : null;
  const runs = await playBoth((played, stopped) => replay({ env: quiet, log, options: played, stopped }), { calm: options, killing });
  if (runs === null) return INTERRUPTED;
  const { undisturbed, killed } = runs;
  const report = killed ?? undisturbed;
  const verdict = judge(report, killed === null ? null : undisturbed);
  const result = { ...report, ...(killed === null ? {} : { undisturbed }), failures: verdict };
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(report, killed === null ? null : undisturbed));
  for (const failure of verdict) say(`FAILED: ${failure}`);
  return verdict.length === 0 ? 0 : 1;
}

/**
 * playBoth plays at once what is to be compared. Where one fails or the process is told to stop, the
 * other is stopped too and waited for: neither leaves its database running.
 * @returns null where it was told to stop.
 */
async function playBoth(
  play: (options: ReplayOptions, stopped: Promise<void>) => Promise<ReplayReport>, args: { calm: ReplayOptions; killing: ReplayOptions | null },
): Promise<{ undisturbed: ReplayReport; killed: ReplayReport | null } | null> {
  const failed = Promise.withResolvers<void>();
  const stopped = Promise.race([untilToldToStop(), failed.promise]);
  const runs = [play(args.calm, stopped), ...(args.killing === null ? [] : [play(args.killing, stopped)])];
  for (const run of runs) run.catch(() => { failed.resolve(); });
  const ended = await Promise.allSettled(runs);
  const failures = ended.flatMap((run) => (run.status === 'rejected' ? [run.reason as unknown] : []));
  const failure = failures.find((error) => !(error instanceof Stopped));
  if (failure !== undefined) throw failure;
  const [undisturbed, killed = null] = ended.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
  return failures.length > 0 || undisturbed === undefined ? null : { undisturbed, killed };
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new ValleyError('BAD_INPUT', `${name} ${text} is not usable: give a number above 0.`);
}

function judge(report: ReplayReport, undisturbed: ReplayReport | null): string[] {
  const { totals } = report;
  const failures: string[] = [];
  const lost = report.sessions.filter((session) => !session.settled).map((session) => `${session.id} (${session.reason})`);
  if (lost.length > 0) failures.push(`not settled: ${lost.join(', ')}`);
  if (report.ledgerImbalanceMicro !== 0) failures.push(`the ledger is out of balance by ${report.ledgerImbalanceMicro} micro-euro`);
  if (report.resettledMicro !== 0) failures.push(`settling the stored facts again changed ${report.resettledMicro} micro-euro`);
  if (undisturbed === null) return failures;
  const hungry = report.sessions.filter((session) => {
    const calm = undisturbed.sessions.find((one) => one.id === session.id);
    return session.energyKwh < (calm?.energyKwh ?? session.wantedKwh) * DELIVERED;
  });
  if (hungry.length > 0) failures.push(`energy missing after the kills: ${hungry.map((session) => session.id).join(', ')}`);
  const apart = Math.abs(totals.savingEur - undisturbed.totals.savingEur) / Math.max(0.01, Math.abs(undisturbed.totals.savingEur));
  if (apart > KILL_TOLERANCE) failures.push(`saving differs by ${(apart * 100).toFixed(2)} % from the undisturbed run`);
  return failures;
}

function table({ sessions, totals, ledgerImbalanceMicro, resettledMicro }: ReplayReport, undisturbed: ReplayReport | null): string {
  const row = (cells: readonly string[]) => [cells[0]?.padEnd(10), ...cells.slice(1, 7).map((cell) => cell.padStart(11)), ` ${cells[7] ?? ''}`].join(' ');
  const cells = (one: ReplaySession) => [
    one.id, one.energyKwh.toFixed(3), one.baselineEur.toFixed(5), one.actualEur.toFixed(5), one.savingEur.toFixed(5), one.cashbackEur.toFixed(6),
    one.followed ? 'yes' : 'no', one.reason,
  ];
  return [
    row(['session', 'energy kWh', 'baseline €', 'actual €', 'saving €', 'cashback €', 'followed', 'why']),
    ...sessions.map((session) => row(cells(session))),
    row(['total', totals.energyKwh.toFixed(3), totals.baselineEur.toFixed(5), totals.actualEur.toFixed(5), totals.savingEur.toFixed(5),
      totals.cashbackEur.toFixed(6), `${totals.followed}/${totals.sessions}`, `${totals.settled} settled`]),
    `ledger imbalance: ${ledgerImbalanceMicro} micro-euro · settled again: ${resettledMicro} micro-euro changed`,
    ...(undisturbed === null ? [] : [`undisturbed run: saving € ${undisturbed.totals.savingEur.toFixed(5)}, cashback € ${undisturbed.totals.cashbackEur.toFixed(6)}, ` +
      `${undisturbed.totals.followed} followed`]),
    '',
  ].join('\n');
}
