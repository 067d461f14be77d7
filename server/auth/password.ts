import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's scrypt row for 16 MiB: N = 2^14, r = 8, p = 5; small, so that a burst fits in memory. */
const COST = 2 ** 14;
const BLOCK = 8;
const PARALLEL = 5;
const KEY_BYTES = 32;
const MAX_MEMORY = 256 * COST * BLOCK;

export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 200;

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: COST, r: BLOCK, p: PARALLEL, maxmem: MAX_MEMORY };
    // Two ways to type the same letter must give the same key.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** hashPassword makes `scrypt$<salt>$<key>` (base64url) with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/**
 * verifyPassword takes as long for an unknown account (hash null) as for a wrong password, so that
 * nobody learns from it who has an account.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [kind, salt = '', key = ''] = (hash ?? '').split('$');
  const expected = Buffer.from(key, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  return kind === 'scrypt' && expected.length === KEY_BYTES && timingSafeEqual(given, expected);
}
