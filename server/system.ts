import { readFileSync } from 'node:fs';
import path from 'node:path';
import { plainEnv, roleEnv, type RoleName } from './child-env.ts';
import type { Env } from './env.ts';
import type { Installation, Mode } from './installation.ts';
import type { Log } from './log.ts';
import { supervise, type RoleSpec, type Supervised } from './supervise.ts';

export type System = Supervised & { portalUrl: string; ocppUrl: string };

/** version is the one in package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/**
 * startSystem runs gateway, worker and web (or only some of them) and more roles as supervised
 * children on one installation.
 */
export function startSystem(args: {
  installation: Installation; env: Env; mode: Mode; log: Log;
  roles?: readonly RoleName[]; more?: readonly RoleSpec[]; demoSeed?: number;
  /** What only the portal is told. */
  web?: Readonly<Record<string, string>>;
}): System {
  const { installation, env, mode, log } = args;
  const portalUrl = env.VALLEY_URL ?? `http://localhost:${env.VALLEY_PORT}`;
  const childEnv = {
    ...plainEnv(),
    // A demo lets anybody sign in: it stays on this machine unless asked otherwise.
    VALLEY_HOST: env.VALLEY_HOST ?? (mode === 'live' ? '0.0.0.0' : '127.0.0.1'),
    VALLEY_MODE: mode,
    VALLEY_PORT: String(env.VALLEY_PORT),
    VALLEY_OCPP_PORT: String(env.VALLEY_OCPP_PORT),
    VALLEY_LOG_LEVEL: env.VALLEY_LOG_LEVEL,
    // glibc gives each thread an arena of its own; with one, an idle station takes half the memory.
    MALLOC_ARENA_MAX: '1',
  };
  const own = args.roles ?? ['gateway', 'worker', 'web'];
  const { demoSeed, web } = args;
  const roles: RoleSpec[] = [
    ...own.map((name) => ({ name, env: roleEnv(name, { env, installation, demoSeed, web }) })), ...(args.more ?? []),
  ];
  const supervised = supervise({
    roles, env: childEnv, log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
  });
  return { ...supervised, portalUrl, ocppUrl: env.VALLEY_OCPP_URL ?? `ws://localhost:${env.VALLEY_OCPP_PORT}/ocpp` };
}
