import { z } from 'zod';
import { parseAddresses } from './client-address.ts';

const port = z.coerce.number().int().min(1).max(65_535);

/** Every environment variable Valley reads, and no other. The README lists them. */
const envSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  VALLEY_APP_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  VALLEY_JOBS_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  VALLEY_HOST: z.string().min(1).optional(),
  VALLEY_PORT: port.default(3000),
  VALLEY_OCPP_PORT: port.default(9000),
  VALLEY_URL: z.url({ protocol: /^https?$/ }).optional(),
  VALLEY_OCPP_URL: z.url({ protocol: /^wss?$/ })
    .refine((url) => !/[?#@]/.test(url)).transform((url) => url.replace(/\/+$/, '')).optional(),
  VALLEY_TRUSTED_PROXIES: z.string().refine((text) => parseAddresses(text) !== null).optional(),
  VALLEY_SECRET: z.string().min(32).optional(),
  VALLEY_DATA_DIR: z.string().min(1).optional(),
  VALLEY_MODE: z.enum(['demo', 'live', 'replay']).default('live'),
  VALLEY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  VALLEY_DEMO_SEED: z.coerce.number().int().min(1).optional(),
  VALLEY_DEMO_STREET: z.url({ protocol: /^http$/ }).optional(),
  VALLEY_DEMO_TOKEN: z.string().min(16).optional(),
  VALLEY_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  VALLEY_MAIL_FROM: z.string().includes('@').max(320).optional(),
  VALLEY_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  VALLEY_OIDC_CLIENT_ID: z.string().min(1).optional(),
  VALLEY_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  VALLEY_OIDC_NAME: z.string().min(1).max(60).optional(),
  ENTSOE_TOKEN: z.string().min(10).optional(),
  ENTSOE_URL: z.url({ protocol: /^https?$/ }).default('https://web-api.tp.entsoe.eu/api'),
});

export type Env = z.infer<typeof envSchema>;

/** Settings that are of use together only: where one is set, the other has to be. */
const pairs: readonly (readonly [keyof Env, keyof Env])[] = [
  ['VALLEY_SMTP_URL', 'VALLEY_MAIL_FROM'],
  // Links in mails lead to the portal's address, and so does a provider after a sign-in.
  ['VALLEY_SMTP_URL', 'VALLEY_URL'],
  ['VALLEY_OIDC_ISSUER', 'VALLEY_URL'],
  ['VALLEY_OIDC_ISSUER', 'VALLEY_OIDC_CLIENT_ID'],
  ['VALLEY_OIDC_ISSUER', 'VALLEY_OIDC_CLIENT_SECRET'],
];

const advice: Partial<Record<keyof Env, string>> = {
  DATABASE_URL: 'set it to a postgresql:// address, or leave it out to use the embedded PostgreSQL',
  VALLEY_APP_DATABASE_URL: 'it is set by Valley itself; leave it out',
  VALLEY_JOBS_DATABASE_URL: 'it is set by Valley itself; leave it out',
  VALLEY_PORT: 'set it to a free port between 1 and 65535, for example 3000',
  VALLEY_OCPP_PORT: 'set it to a free port between 1 and 65535, for example 9000',
  VALLEY_URL: "set it to the portal's public address, for example https://valley.example.org",
  VALLEY_OCPP_URL: "set it to the stations' public address without an id, for example wss://valley.example.org/ocpp, or leave it out",
  VALLEY_TRUSTED_PROXIES: 'set it to the addresses or networks of your own reverse proxies, for example 127.0.0.1, 10.0.0.0/8, or leave it out',
  VALLEY_DEMO_SEED: 'it is set by npm run demo; leave it out',
  VALLEY_DEMO_STREET: 'it is set by npm run demo; leave it out',
  VALLEY_DEMO_TOKEN: 'it is set by npm run demo; leave it out',
  VALLEY_SECRET: 'set it to at least 32 random characters, the same wherever DATABASE_URL is the same (one that Valley made here before is in .valley/secret); without DATABASE_URL you may leave it out to have one made',
  VALLEY_SMTP_URL: 'set it to your mail server, for example smtps://user:password@mail.example.org, or leave it out to send no mail',
  VALLEY_MAIL_FROM: 'set it to the address that mails come from, for example Valley <valley@example.org>',
  VALLEY_OIDC_ISSUER: "set it to your OpenID provider's issuer, for example https://id.example.org, or leave it out",
  VALLEY_OIDC_CLIENT_ID: 'set it to the client id that your OpenID provider gave Valley',
  VALLEY_OIDC_CLIENT_SECRET: 'set it to the client secret that your OpenID provider gave Valley',
  VALLEY_OIDC_NAME: 'set it to what the sign-in button calls your provider, at most 60 characters',
  VALLEY_LOG_LEVEL: 'set it to trace, debug, info, warn, error or silent',
  ENTSOE_TOKEN: 'set it to the security token of your ENTSO-E Transparency account, or leave it out',
  ENTSOE_URL: 'set it to an http(s) address, or leave it out',
};

export class EnvError extends Error {}

/**
 * readEnv validates the environment.
 * @throws EnvError with one sentence per wrong variable that says what to set.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(filled);
  const missing = parsed.success
    ? pairs.filter(([of, other]) => parsed.data[of] !== undefined && parsed.data[other] === undefined)
    : [];
  if (parsed.success && missing.length === 0) return parsed.data;
  const wrong = parsed.success
    ? missing.map(([, other]) => other)
    : parsed.error.issues.map((issue) => String(issue.path[0]));
  const names = [...new Set(wrong)];
  throw new EnvError(names.map((name) => sentence(name as keyof Env)).join('\n'));
}

function sentence(name: keyof Env): string {
  return `${name} is not usable: ${advice[name] ?? 'check its value against the README'}.`;
}

/**
 * demandSecret is for who signs in as valley_app: with a database of one's own the secret has to be
 * named, for one of its own in each clone would shut out the Valley that runs on the same database.
 * @throws EnvError with a sentence that says what to set.
 */
export function demandSecret(env: Pick<Env, 'DATABASE_URL' | 'VALLEY_SECRET'>): void {
  if (env.DATABASE_URL !== undefined && env.VALLEY_SECRET === undefined) throw new EnvError(sentence('VALLEY_SECRET'));
}

/** jobsUrl is the owner's address for the job queue: the supervisor's word, or one's own; null where there is none. */
export function jobsUrl(env: Pick<Env, 'DATABASE_URL' | 'VALLEY_JOBS_DATABASE_URL'>): string | null {
  return env.VALLEY_JOBS_DATABASE_URL ?? env.DATABASE_URL ?? null;
}

/** ownEnv is the environment of this process as it is, for what is passed on of it (server/child-env.ts). */
export function ownEnv(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
