type Page<Item, Cursor> = { items: readonly Item[]; next: Cursor | null };

/** What long reading is told, and tells. */
export type Reading = {
  /** Is told how many came so far. */
  onCount: (count: number) => void;
  signal: AbortSignal;
};

/**
 * allPages asks page after page until the server has no more, for a file that leaves nothing out.
 * @param most pages are asked for at most.
 * @throws what `ask` throws; `AbortError` once the signal is aborted.
 */
export async function allPages<Item, Cursor>(
  ask: (cursor: Cursor | null) => Promise<Page<Item, Cursor>>,
  { onCount, signal }: Reading,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: Cursor | null = null;
  for (let asked = 0; asked < most; asked += 1) {
    const page: Page<Item, Cursor> = await ask(cursor);
    signal.throwIfAborted();
    items.push(...page.items);
    onCount(items.length);
    cursor = page.next;
    if (cursor === null) break;
  }
  return items;
}
