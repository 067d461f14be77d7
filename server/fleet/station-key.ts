import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** OCPP 1.6 allows an AuthorizationKey of 16 to 40 bytes; 20 is what most stations expect. */
const KEY_BYTES = 20;

/** A station's key as shown once to a person (hexadecimal text), and the only thing stored of it. */
export type StationKey = { keyText: string; hash: Uint8Array<ArrayBuffer> };

/** createStationKey makes a key of 160 random bits: SHA-256 of it needs no salt and no stretching. */
export function createStationKey(): StationKey {
  const keyText = randomBytes(KEY_BYTES).toString('hex');
  return { keyText, hash: hashStationKey(keyText) };
}

/** hashStationKey is SHA-256 over the UTF-8 of the text (32 bytes). */
export function hashStationKey(keyText: string): Uint8Array<ArrayBuffer> {
  return sha256(Buffer.from(keyText, 'utf8'));
}

function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/**
 * matchesStationKey compares the password bytes of Basic authentication with a stored hash. A key
 * travels as hexadecimal in OCPP and as raw bytes in HTTP, so a station may send the text or the
 * bytes it spells. All three readings are always tried, in constant time.
 */
export function matchesStationKey(sent: Uint8Array, hash: Uint8Array): boolean {
  const spelled = Buffer.from(sent).toString('hex');
  const readings = [sha256(sent), hashStationKey(spelled), hashStationKey(spelled.toUpperCase())];
  let isMatch = false;
  for (const reading of readings) {
    if (timingSafeEqual(reading, hash)) isMatch = true;
  }
  return isMatch;
}
