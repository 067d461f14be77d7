import type { IdTokenType } from 'typed-ocpp/dist/ocpp20/types.js';

/** idTokenOf is the token's text; null where the station says that nobody had to identify. */
export function idTokenOf(token: IdTokenType | undefined): string | null {
  if (token === undefined || token.type === 'NoAuthorization' || token.idToken === '') return null;
  return token.idToken;
}
