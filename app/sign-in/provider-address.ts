import { forgetLastState } from '../_client/last-state.ts';

/**
 * providerAddress asks next-auth where the sign-in with the provider begins.
 * @returns null where the provider cannot be reached.
 */
export async function providerAddress(): Promise<string | null> {
  // Whoever used this browser before may be somebody else.
  await forgetLastState().catch(() => undefined);
  const csrf = (await fetch('/api/auth/csrf').then((answer) => answer.json())) as {
    csrfToken: string;
  };
  const body = new URLSearchParams({ csrfToken: csrf.csrfToken, json: 'true' });
  const response = await fetch('/api/auth/signin/oidc', { method: 'POST', body });
  const { url } = (await response.json()) as { url?: string };
  return !response.ok || url === undefined || url.includes('error=') ? null : url;
}
