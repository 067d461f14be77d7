import { expect, test } from 'vitest';
import { plainEnv, roleEnv, type RoleName } from './child-env.ts';
import { readEnv } from './env.ts';

const ours = {
  PATH: '/bin', LC_ALL: 'C', HTTPS_PROXY: 'http://user:hidden@proxy', AWS_SECRET_ACCESS_KEY: 'hidden', GITHUB_TOKEN: 'hidden',
  DATABASE_URL: 'postgresql://owner:hidden@db/valley', VALLEY_SECRET: 'hidden'.repeat(6), ENTSOE_TOKEN: 'hidden-token',
  VALLEY_SMTP_URL: 'smtps://u:hidden@mail.example.org', VALLEY_MAIL_FROM: 'v@example.org', VALLEY_URL: 'https://valley.example.org',
  VALLEY_TRUSTED_PROXIES: '10.0.0.0/8', VALLEY_OIDC_ISSUER: 'https://id.example.org', VALLEY_OIDC_CLIENT_ID: 'valley',
  VALLEY_OIDC_CLIENT_SECRET: 'hidden', VALLEY_DATA_DIR: '/data', VALLEY_PAGES_DIR: '.valley/pages/x',
  PGPASSWORD: 'hidden', PGPASSFILE: '/home/v/.pgpass', LD_LIBRARY_PATH: '/opt/lib', OPENSSL_CONF: '/etc/fips.cnf',
};
const installation = { ownerUrl: 'postgresql://owner@x', appUrl: 'postgresql://app@x', secret: 's'.repeat(40) };
const names = (name: RoleName) => Object.keys(roleEnv(name, { env: readEnv(ours), installation, demoSeed: 3, web: { VALLEY_DEMO_TOKEN: 't' } }, ours)).toSorted();

test('a child that is told nothing more, as the simulator, knows no database and no secret', () => {
  expect(plainEnv(ours)).toEqual({
    PATH: '/bin', LC_ALL: 'C', LD_LIBRARY_PATH: '/opt/lib', OPENSSL_CONF: '/etc/fips.cnf', NODE_ENV: 'production',
  });
});

test('each role is told what it uses and no other’s secret', () => {
  expect(names('gateway')).toEqual(['HTTPS_PROXY', 'VALLEY_APP_DATABASE_URL']);
  expect(names('worker')).toEqual([
    'ENTSOE_TOKEN', 'ENTSOE_URL', 'HTTPS_PROXY', 'PGPASSFILE', 'PGPASSWORD', 'VALLEY_APP_DATABASE_URL', 'VALLEY_DEMO_SEED', 'VALLEY_JOBS_DATABASE_URL',
  ]);
  expect(names('web')).toEqual([
    'HTTPS_PROXY', 'VALLEY_APP_DATABASE_URL', 'VALLEY_DEMO_TOKEN', 'VALLEY_MAIL_FROM', 'VALLEY_OIDC_CLIENT_ID', 'VALLEY_OIDC_CLIENT_SECRET',
    'VALLEY_OIDC_ISSUER', 'VALLEY_PAGES_DIR', 'VALLEY_SECRET', 'VALLEY_SMTP_URL', 'VALLEY_TRUSTED_PROXIES', 'VALLEY_URL',
  ]);
  expect(roleEnv('web', { env: readEnv(ours), installation }, ours)['VALLEY_SECRET']).toBe(installation.secret);
});

test('what a role is told is enough for it to start by', () => {
  for (const name of ['gateway', 'worker', 'web'] as const) {
    expect(() => readEnv({ ...plainEnv(ours), ...roleEnv(name, { env: readEnv(ours), installation }, ours) })).not.toThrow();
  }
});
