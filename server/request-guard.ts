import type { IncomingMessage, ServerResponse } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * isForeign tells a request that another site's page may have made: a change needs an Origin that is
 * ours, a read may lack one (browsers leave it out) but not carry another. Without a configured
 * address ours is whatever host was asked for.
 */
export function isForeign(request: IncomingMessage, siteUrl: string | undefined): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return !SAFE_METHODS.has(request.method ?? 'GET');
  const own = siteUrl === undefined ? `http://${host ?? ''}` : new URL(siteUrl).origin;
  return origin !== own;
}

const CONTENT_POLICY =
  "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; form-action 'self'";
const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

export function setSecurityHeaders(response: ServerResponse, secure: boolean): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', CONTENT_POLICY);
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', PERMISSIONS);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
