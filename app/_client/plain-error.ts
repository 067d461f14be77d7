import { clientWords } from './client-words.ts';

/** Went wrong in the browser itself; its message is a sentence for the person. */
export class PlainError extends Error {}

/** Thrown by what sends a form where it cannot be sent as it is, and its fields say why. */
export class Unsent extends Error {}

/** sentenceOf is what to tell a person about a failed call. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return clientWords.offline;
  if (error instanceof PlainError) return error.message;
  const answered = (error as { data?: unknown }).data;
  return answered === undefined || answered === null ? clientWords.offline : error.message;
}
