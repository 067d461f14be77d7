/**
 * nullIfAbsent is for `catch`: null where the caller named nothing that exists.
 * @throws what it was given where something else went wrong, for that is no missing page.
 */
export function nullIfAbsent(error: unknown): null {
  // By its code, not its class: the pages are bundled with a copy of that class of their own.
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  const isAbsent = code === 'NOT_FOUND' || code === 'BAD_REQUEST';
  if (isAbsent) return null;
  throw error;
}
