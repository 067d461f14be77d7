import type { StayView } from '#domain/charging/stay-view.ts';

/** The cache that `public/sw.js` keeps a person's own page in. */
const OWN = 'valley-own-2';
const LAST_VIEW = '/driver/last-view';

/** A stay as this person's page last showed it, and when (browser milliseconds). */
export type KeptView = { personId: string; view: StayView | null; asOfMs: number };

/** Browsers keep caches to https and localhost; without one nothing is kept. */
function store(): CacheStorage | null {
  return typeof caches === 'undefined' ? null : caches;
}

export async function keepView(kept: KeptView): Promise<void> {
  const own = await store()?.open(OWN);
  await own?.put(LAST_VIEW, new Response(JSON.stringify(kept)));
}

/** keptView is what was last shown to this very person; what another one left is dropped. */
export async function keptView(personId: string): Promise<KeptView | null> {
  const own = await store()?.open(OWN);
  const found = await own?.match(LAST_VIEW);
  if (found === undefined) return null;
  const kept = (await found.json()) as KeptView;
  if (kept.personId === personId) return kept;
  await forgetLastState();
  return null;
}

/** forgetLastState drops all that was kept for a person: at sign-out, and before another signs in. */
export async function forgetLastState(): Promise<void> {
  await store()?.delete(OWN);
}
