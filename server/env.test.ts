import { describe, expect, test } from 'vitest';
import { demandSecret, EnvError, jobsUrl, readEnv } from './env.ts';

describe('environment', () => {
  test('has defaults, and an empty variable counts as absent', () => {
    expect(readEnv({ VALLEY_PORT: '' })).toMatchObject({ VALLEY_PORT: 3000, VALLEY_OCPP_PORT: 9000, VALLEY_MODE: 'live' });
  });
  test.each([
    ['DATABASE_URL', 'mysql://x'], ['VALLEY_PORT', '99999'], ['VALLEY_OCPP_PORT', 'nine'], ['VALLEY_URL', 'valley'],
    ['VALLEY_OCPP_URL', 'https://x/ocpp'], ['VALLEY_OCPP_URL', 'wss://x/ocpp?a=1'],
    ['VALLEY_TRUSTED_PROXIES', '10.0.0.0/33'], ['VALLEY_TRUSTED_PROXIES', 'proxy'],
    ['VALLEY_SECRET', 'short'], ['VALLEY_LOG_LEVEL', 'loud'], ['ENTSOE_TOKEN', 'x'],
  ])('a wrong %s stops the start with a sentence that says what to set', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(EnvError);
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name} is not usable: .*(set it to|leave it out)`));
  });
  test('mail and single sign-on need their settings together', () => {
    const smtp = { VALLEY_SMTP_URL: 'smtps://u:p@mail.example.org', VALLEY_URL: 'https://valley.example.org' };
    expect(() => readEnv(smtp)).toThrow(/^VALLEY_MAIL_FROM is not usable: set it to/);
    expect(readEnv({ ...smtp, VALLEY_MAIL_FROM: 'Valley <v@example.org>' })).toMatchObject(smtp);
    expect(() => readEnv({ VALLEY_OIDC_ISSUER: 'https://id.example.org' })).toThrow(/VALLEY_OIDC_CLIENT_SECRET is not usable/);
  });
  test('a database of one’s own needs the secret that all who use it share', () => {
    const own = { DATABASE_URL: 'postgresql://valley@db.example.org/valley' };
    const sentence = /^VALLEY_SECRET is not usable: set it to at least 32 random characters, the same wherever.*\.valley\/secret/;
    expect(() => { demandSecret(readEnv(own)); }).toThrow(sentence);
    expect(() => { demandSecret(readEnv({ ...own, VALLEY_SECRET: 's'.repeat(32) })); }).not.toThrow();
    expect(() => { demandSecret(readEnv({})); }).not.toThrow();
  });
  test('the job queue is the owner’s, also where a worker is started by itself', () => {
    const [DATABASE_URL, VALLEY_JOBS_DATABASE_URL] = ['postgresql://own@db/valley', 'postgresql://told@db/valley'];
    expect(jobsUrl(readEnv({ DATABASE_URL }))).toBe(DATABASE_URL);
    expect(jobsUrl(readEnv({ DATABASE_URL, VALLEY_JOBS_DATABASE_URL }))).toBe(VALLEY_JOBS_DATABASE_URL);
    expect(jobsUrl(readEnv({}))).toBeNull();
  });
  test('a secret is never repeated in the sentence', () => {
    expect(() => readEnv({ VALLEY_SECRET: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
