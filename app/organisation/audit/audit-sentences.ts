import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../../account/access-words.ts';

type Entry = inferRouterOutputs<AppRouter>['organisation']['audit']['entries'][number];
type Change = Entry['changes'][number];

const w = accessWords.audit;

/** actionSentence is what a procedure does, in words; a procedure without words shows its name. */
export function actionSentence(action: string): string {
  return w.actions[action] ?? action;
}

/** changeSentence tells of one changed row what it was and which columns changed, never a value. */
export function changeSentence({ table = '', before, after, columns, more }: Change): string {
  if (more === true) return w.cut;
  if (before === null || before === undefined) return w.made(table, after ?? '');
  if (after === null || after === undefined) return w.deleted(table, before);
  return w.changed(table, after, (columns ?? []).join(', '));
}

/** auditRows are the lines of the CSV file: one for each changed row. */
export function auditCsvRows(entries: readonly Entry[]): (string | null)[][] {
  return entries.flatMap(({ happenedAt, actor, action, changes, address }) =>
    changes.map(({ table = null, before = null, after = null, columns, more }) => [
      happenedAt.toISOString(),
      actor,
      action,
      more === true ? w.cut : table,
      before,
      after,
      (columns ?? []).join(' '),
      address,
    ]),
  );
}
