import { forgetLastState } from '../_client/last-state.ts';

/**
 * startProvider asks next-auth for the provider's address and goes there.
 * @returns false where the provider cannot be reached.
 */
export async function startProvider(): Promise<boolean> {
  // Whoever used this browser before may be somebody else.
  await forgetLastState().catch(() => undefined);
  const csrf = (await fetch('/api/auth/csrf').then((answer) => answer.json())) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ csrfToken: csrf.csrfToken, json: 'true' });
  const response = await fetch('/api/auth/signin/oidc', { method: 'POST', body });
  const { url } = (await response.json()) as { url?: string };
  if (!response.ok || url === undefined || url.includes('error=')) return false;
  window.location.assign(url);
  return true;
}
