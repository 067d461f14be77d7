import type { IncomingHttpHeaders } from 'node:http';
import { holderOfKey, memberOfSignIn } from './access.store.ts';
import type { KeyHolder, Member } from './access.store.ts';
import { hashOfKey } from './api-key.ts';
import { sessionCookieName, sidFromToken } from './sign-in.ts';
import type { AuthDeps } from './sign-in.ts';

/** Who makes a request: a person in one role of one tenant, by one sign-in. */
export type Principal = Member & { sid: string };

/** Whoever may ask the API: a person, or a machine by its key. */
export type Requester = Principal | KeyHolder;

export function isPerson(who: Requester): who is Principal {
  return 'sid' in who;
}

/** cookiesFrom parses a Cookie header; the first of two equal names counts, broken escapes stay text. */
export function cookiesFrom(header: string | undefined | null): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const name = pair.slice(0, equals).trim();
    if (!cookies.has(name)) cookies.set(name, unescaped(pair.slice(equals + 1).trim()));
  }
  return cookies;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * principalFrom finds the person behind a Cookie header. next-auth's own `getToken` returns null
 * silently for a plain Node request, so the cookie is parsed here; the row `sign_in` is asked on
 * each request, so that signing out or losing a role counts at once.
 */
export async function principalFrom(
  deps: AuthDeps,
  cookieHeader: string | undefined | null,
): Promise<Principal | null> {
  const token = cookiesFrom(cookieHeader).get(sessionCookieName(deps.secure));
  if (token === undefined) return null;
  const sid = await sidFromToken(deps.secret, token);
  if (sid === null) return null;
  const member = await memberOfSignIn(deps.db, sid);
  return member === null ? null : { ...member, sid };
}

/** bearerOf is the key in `Authorization: Bearer …`, or null where the request carries none. */
export function bearerOf(headers: IncomingHttpHeaders): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * requesterFrom finds who makes a request. A request with a key is the key's alone: its cookie does not
 * count, so that no other site's page can borrow it.
 */
export async function requesterFrom(
  deps: AuthDeps,
  headers: IncomingHttpHeaders,
): Promise<Requester | null> {
  if (headers.authorization === undefined) return await principalFrom(deps, headers.cookie);
  const key = bearerOf(headers);
  return key === null ? null : await holderOfKey(deps.db, hashOfKey(key));
}
