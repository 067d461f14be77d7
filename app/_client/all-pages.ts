type Page<Item> = { stays: readonly Item[]; nextCursor: string | null };

/**
 * allPages asks page after page until the server has no more, for a file that leaves nothing out.
 * @param args.onPage is told how many came so far.
 * @throws what `ask` throws; `AbortError` once the signal is aborted.
 */
export async function allPages<Item>(args: {
  ask: (cursor: string | null) => Promise<Page<Item>>;
  onPage: (count: number) => void;
  signal: AbortSignal;
}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await args.ask(cursor);
    args.signal.throwIfAborted();
    items.push(...page.stays);
    cursor = page.nextCursor;
    args.onPage(items.length);
  } while (cursor !== null);
  return items;
}
