import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const PREFIX_BYTES = 4;

/** createKey makes an API key of 256 random bits; `prefix` tells keys apart in lists and logs. */
export function createKey(): { key: string; prefix: string; keyHash: Uint8Array<ArrayBuffer> } {
  const prefix = `vly_${randomBytes(PREFIX_BYTES).toString('hex')}`;
  const key = `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { key, prefix, keyHash: hashOfKey(key) };
}

/** hashOfKey is what is stored: a random key needs no slow hash. */
export function hashOfKey(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(key).digest());
}
