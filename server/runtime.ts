import type { NextAuthOptions } from 'next-auth';
import type { Principal } from './auth/principal.ts';
import type { SentMail } from './auth/mail.ts';
import type { SignInRequest } from './auth/next-auth-options.ts';
import type { Role, Scope } from './auth/grants.ts';
import type { Caller } from './trpc/root.ts';

/**
 * The door through which Next's bundle reaches the web server it runs in. Next evaluates a shared
 * module several times, so nothing but types is imported here and the one runtime hangs on
 * `globalThis`; `instanceof` does not hold across this door.
 */
export type ValleyRuntime = {
  mode: 'demo' | 'live' | 'replay';
  /** Simulated seconds per real second. */
  speed(): number;
  /** next-auth's options for one request; `waitS` is set where it was refused for its number. */
  authOptions(request: SignInRequest): NextAuthOptions;
  signInRequest(headers: { get(name: string): string | null }): SignInRequest;
  /** Ways to sign in besides the password; `oidc`: what the provider's button says. */
  waysIn: { link: boolean; oidc: string | null };
  /** The demo's mails, newest first; empty in every other mode. */
  outbox(): readonly SentMail[];
  /** The request's person by its Cookie header, and a caller that acts as that person. */
  forRequest(cookieHeader: string | null): Promise<{
    principal: Principal | null;
    caller: Caller;
    /** Hides what the server would refuse; the refusal itself is the procedure's. */
    may(scope: Scope): boolean;
  }>;
  /** Roles that the demo can sign in with one tap; empty in every other mode. */
  demoRoles(): Promise<Role[]>;
};

const KEY = Symbol.for('valley.runtime');
type Holder = { [KEY]?: ValleyRuntime };

export function setRuntime(runtime: ValleyRuntime): void {
  (globalThis as Holder)[KEY] = runtime;
}

/** @throws Error outside the web server, for instance while pages are built. */
export function runtime(): ValleyRuntime {
  const found = (globalThis as Holder)[KEY];
  if (found === undefined) throw new Error('Valley’s pages are served by its own web server only.');
  return found;
}
