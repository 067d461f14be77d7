import { z } from 'zod';
import { ValleyError } from '../errors.ts';

export type HistoryCursor = { plugInAt: Date; id: string };

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** encodeCursor names the last stay of a page. */
export function encodeCursor({ plugInAt, id }: HistoryCursor): string {
  return `${plugInAt.toISOString()} ${id}`;
}

/** @throws ValleyError BAD_INPUT on anything that encodeCursor did not write. */
export function decodeCursor(text: string | null): HistoryCursor | null {
  if (text === null) return null;
  const parsed = cursorSchema.safeParse(text.split(' '));
  if (!parsed.success)
    throw new ValleyError('BAD_INPUT', 'This page of the history does not exist.');
  const [plugInAt, id] = parsed.data;
  return { plugInAt: new Date(plugInAt), id };
}
