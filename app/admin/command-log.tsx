import { secondsFromDate } from '#domain/time/instant.ts';
import { dateTime } from '../_client/format.ts';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { actionWords } from './action-words.ts';
import type { CommandLog } from './use-command-log.ts';

const w = actionWords.log;
type Row = CommandLog[number];
type LogProps = { log: CommandLog; timeZone: string };

/** The newest commands of a station and what came of each. */
export function CommandLogTable({ log, timeZone }: LogProps) {
  return (
    <DataTable
      caption={w.table}
      columns={columnsIn(timeZone)}
      rows={log}
      keyOf={({ id }) => id}
      empty={<EmptyState title={w.empty} />}
      isTall
    />
  );
}

const [whatHead, outcomeHead, answerHead, tookHead, askedHead] = w.columns;

function columnsIn(timeZone: string): Column<Row>[] {
  return [
    { head: whatHead, isRowHead: true, cell: nameOf },
    {
      head: outcomeHead,
      cell: (row) => <span className={isBad(row) ? 'wrong' : ''}>{stateOf(row)}</span>,
    },
    { head: answerHead, cell: ({ answer }) => answer ?? '–' },
    {
      head: tookHead,
      isFigure: true,
      cell: ({ latencyMs }) => (latencyMs === null ? '–' : w.took(String(latencyMs))),
    },
    { head: askedHead, cell: ({ askedAt }) => dateTime(secondsFromDate(askedAt), timeZone) },
  ];
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
