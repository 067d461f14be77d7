'use client';

import { clientWords } from './client-words.ts';
import { forgetLastState } from './last-state.ts';
import { leaving } from './leaving.ts';
import { PlainError } from './plain-error.ts';

/** What next-auth answers to a sign-in by script: an address with `error` in it where it failed. */
type Answer = { url?: string };

/**
 * signIn enters by a provider of next-auth: its token against forged requests, then its callback.
 * @returns null when signed in, else the reason: a code, or a sentence of the server.
 */
export async function signIn(
  provider: 'credentials' | 'demo' | 'link',
  fields: Record<string, string>,
): Promise<string | null> {
  // Whoever used this browser before may be somebody else.
  await forgetLastState().catch(() => undefined);
  const csrf = (await fetch('/api/auth/csrf').then((answer) => answer.json())) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ ...fields, csrfToken: csrf.csrfToken, json: 'true' });
  const response = await fetch(`/api/auth/callback/${provider}`, { method: 'POST', body });
  if (response.ok) return null;
  const answer = (await response.json().catch(() => ({}))) as Answer;
  const target = new URL(answer.url ?? '/', window.location.origin);
  return target.searchParams.get('error') ?? 'CredentialsSignin';
}

/**
 * signOut ends this sign-in everywhere it is used and leaves for the start page.
 * @returns false where it did not happen: no connection, or the server still knows the sign-in.
 */
export async function signOut(): Promise<boolean> {
  await forgetLastState().catch(() => undefined);
  leaving.underWay = true;
  const isOut = await askSignOut().catch(() => false);
  leaving.underWay = isOut;
  if (isOut) window.location.assign('/');
  return isOut;
}

/**
 * signOutAfter does what ends this sign-in (null: nothing more than signing out) and leaves for the
 * start page. The end of the page's streams is expected from the beginning.
 * @throws what `end` threw, or Error with a sentence where the server did not confirm.
 */
export async function signOutAfter(end: (() => Promise<unknown>) | null): Promise<void> {
  leaving.underWay = true;
  try {
    await end?.();
  } catch (error) {
    leaving.underWay = false;
    throw error;
  }
  if (!(await signOut())) throw new PlainError(clientWords.stillIn);
}

async function askSignOut(): Promise<boolean> {
  const csrf = (await fetch('/api/auth/csrf').then((answer) => answer.json())) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ csrfToken: csrf.csrfToken, json: 'true' });
  const response = await fetch('/api/auth/signout', { method: 'POST', body });
  if (!response.ok) return false;
  // A refused token is answered like a success; only the session itself tells.
  const session = (await fetch('/api/auth/session').then((answer) => answer.json())) as {
    expires?: string;
  } | null;
  return session?.expires === undefined;
}
