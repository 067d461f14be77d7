import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Scope } from '#server/auth/grants.ts';
import { runtime } from '#server/runtime.ts';

/**
 * api is how a page reaches the server: the request's person and a caller that acts as that person.
 * It awaits the request's headers first, else the page would be rendered while it is built.
 */
export const api = cache(async () => {
  const requestHeaders = await headers();
  return await runtime().forRequest(requestHeaders.get('cookie'));
});

/** visitor is `api` for pages that need a scope: anybody else is sent to where they can go on. */
export async function visitor(scope: Scope) {
  const request = await api();
  if (request.principal === null) redirect('/sign-in');
  if (!request.may(scope)) redirect('/');
  return { ...request, principal: request.principal };
}

/** site tells what kind of installation this is. */
export async function site() {
  await headers();
  const { mode, speed, demoRoles, waysIn, outbox } = runtime();
  return { mode, speed: speed(), demoRoles, waysIn, outbox };
}
