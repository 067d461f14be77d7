'use client';

import { forgetLastState } from './last-state.ts';

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

/** signOut ends this sign-in everywhere it is used and leaves for the start page. */
export async function signOut(): Promise<void> {
  await forgetLastState().catch(() => undefined);
  const csrf = (await fetch('/api/auth/csrf').then((answer) => answer.json())) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ csrfToken: csrf.csrfToken, json: 'true' });
  await fetch('/api/auth/signout', { method: 'POST', body });
  window.location.assign('/');
}
