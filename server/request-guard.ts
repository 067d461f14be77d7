import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * isForeign tells a request that another site's page may have made: a change needs an Origin that is
 * ours, a read may lack one (browsers leave it out) but not carry another. Without a configured
 * address ours is whatever host was asked for.
 */
export function isForeign(request: IncomingMessage, siteUrl: string | undefined): boolean {
  const { origin, host, authorization } = request.headers;
  // A browser sends this header for no other site's page unless we let it, and then no cookie counts.
  if (origin === undefined && authorization !== undefined) return false;
  if (origin === undefined) return !SAFE_METHODS.has(request.method ?? 'GET');
  const own = siteUrl === undefined ? `http://${host ?? ''}` : new URL(siteUrl).origin;
  return origin !== own;
}

const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

/**
 * contentPolicy lets pages load and run what comes from here, and of inline scripts those that carry
 * this answer's nonce. Style attributes stay allowed: charts rendered by the server have them.
 */
export function contentPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * setSecurityHeaders puts the guards on an answer. The policy goes into the request too: there Next
 * finds the nonce for the scripts it writes into a page, whatever a client sent in its place.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  secure: boolean,
): void {
  const policy = contentPolicy(randomBytes(16).toString('base64'));
  request.headers['content-security-policy'] = policy;
  delete request.headers['content-security-policy-report-only'];
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', PERMISSIONS);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
