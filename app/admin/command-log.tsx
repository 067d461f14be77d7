import { secondsFromDate } from '#domain/time/instant.ts';
import { dateTime } from '../_client/format.ts';
import { actionWords } from './action-words.ts';
import { DataTable } from './data-table.tsx';
import type { CommandLog } from './use-command-log.ts';

const w = actionWords.log;
type Row = CommandLog[number];
type LogProps = { log: CommandLog; timeZone: string };

/** The newest commands of a station and what came of each. */
export function CommandLogTable({ log, timeZone }: LogProps) {
  if (log.length === 0) return <p className="text-soft">{w.empty}</p>;
  return (
    <DataTable label={w.table} columns={w.columns}>
      {log.map((row) => (
        <tr key={row.id} className="border-t border-line align-top">
          <td className="px-2 py-2">{nameOf(row)}</td>
          <td className={`px-2 py-2 ${isBad(row) ? 'wrong' : ''}`}>{stateOf(row)}</td>
          <td className="px-2 py-2 break-words">{row.answer ?? '–'}</td>
          <td className="px-2 py-2 whitespace-nowrap">
            {row.latencyMs === null ? '–' : w.took(String(row.latencyMs))}
          </td>
          <td className="px-2 py-2">{dateTime(secondsFromDate(row.askedAt), timeZone)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

/** outcomeOf is one sentence about what came of a command that was just asked for. */
export function outcomeOf(row: Row): string {
  const { outcome } = actionWords;
  if (row.state === 'ACCEPTED') return outcome.accepted(String(row.latencyMs ?? 0));
  if (row.state === 'REJECTED') return outcome.refused(row.answer ?? w.state.REJECTED);
  return row.state === 'TIMED_OUT' ? outcome.late : outcome.waiting;
}

function isBad({ state }: Row): boolean {
  return state === 'REJECTED' || state === 'TIMED_OUT';
}

function nameOf({ action, evseId }: Row): string {
  const names: Readonly<Record<string, string>> = w.action;
  const name = names[action] ?? action;
  return evseId === null || evseId === 0 ? name : w.at(name, String(evseId));
}

function stateOf({ state, isSent }: Row): string {
  const states: Readonly<Record<string, string>> = w.state;
  if (state === 'REQUESTED') return isSent ? w.state.SENT : w.state.WAITING;
  return states[state] ?? state;
}
