import { adminWords } from './admin-words.ts';

const { pointSilent, pointStates } = adminWords.stations;
const words: Readonly<Record<string, string>> = pointStates;

/** What a charging point does, in words; a status that neither 1.6 nor 2.0.1 knows stays as it came. */
export function pointState(status: string | null): string {
  return status === null ? pointSilent : (words[status] ?? status);
}
