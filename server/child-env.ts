import { ownEnv, type Env } from './env.ts';

export type RoleName = 'gateway' | 'worker' | 'web';
type Environment = Readonly<Record<string, string>>;

/** What any program of ours may need of this machine. */
const OF_THE_MACHINE = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'LANGUAGE', 'TZ', 'NODE_OPTIONS', 'NODE_V8_COVERAGE',
  'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'LD_LIBRARY_PATH', 'OPENSSL_CONF',
]);
/** What those need besides who speak to servers elsewhere; a proxy's address may hold a password. */
const OF_THE_NETWORK = new Set([
  'NODE_USE_ENV_PROXY', 'PGSSLMODE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
]);

/** The owner's password, where DATABASE_URL does not hold it: for the worker, who has that address. */
const OF_THE_OWNER = new Set(['PGPASSWORD', 'PGPASSFILE']);

/** Settings that only the portal reads. */
const OF_THE_PORTAL = [
  'VALLEY_URL', 'VALLEY_OCPP_URL', 'VALLEY_TRUSTED_PROXIES', 'VALLEY_SMTP_URL', 'VALLEY_MAIL_FROM', 'VALLEY_OIDC_ISSUER',
  'VALLEY_OIDC_CLIENT_ID', 'VALLEY_OIDC_CLIENT_SECRET', 'VALLEY_OIDC_NAME',
] as const satisfies readonly (keyof Env)[];

/** Where the pages were built, as scripts/valley.mjs tells; next.config.js reads it. */
const PAGES_DIR = 'VALLEY_PAGES_DIR';

/** plainEnv is what a child gets of our environment that is told everything else: no address, no secret. */
export function plainEnv(source: Readonly<Record<string, string | undefined>> = ownEnv()): Environment & { NODE_ENV: 'production' } {
  return { ...given(source, (name) => OF_THE_MACHINE.has(name) || name.startsWith('LC_')), NODE_ENV: 'production' };
}

/** roleEnv is what one role is told besides `plainEnv`: each only what it uses. */
export function roleEnv(
  name: RoleName,
  args: {
    env: Env; installation: { ownerUrl: string; appUrl: string; secret: string };
    demoSeed?: number | undefined; web?: Environment | undefined;
  },
  source: Readonly<Record<string, string | undefined>> = ownEnv(),
): Environment {
  const { env, installation, demoSeed } = args;
  const all = {
    ...given(source, (variable) => OF_THE_NETWORK.has(variable)), VALLEY_APP_DATABASE_URL: installation.appUrl,
  };
  if (name === 'gateway') return all;
  if (name === 'web') {
    const own = given(env, (variable) => OF_THE_PORTAL.some((one) => one === variable));
    return { ...all, ...given(source, (variable) => variable === PAGES_DIR), ...own, VALLEY_SECRET: installation.secret, ...args.web };
  }
  return {
    // The job queue makes its own tables.
    ...all, ...given(source, (variable) => OF_THE_OWNER.has(variable)),
    VALLEY_JOBS_DATABASE_URL: installation.ownerUrl, ENTSOE_URL: env.ENTSOE_URL,
    ...(env.ENTSOE_TOKEN === undefined ? {} : { ENTSOE_TOKEN: env.ENTSOE_TOKEN }),
    ...(demoSeed === undefined ? {} : { VALLEY_DEMO_SEED: String(demoSeed) }),
  };
}

function given(source: Readonly<Record<string, unknown>>, isWanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(source).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && isWanted(entry[0])));
}
