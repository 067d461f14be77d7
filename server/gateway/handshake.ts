import type { IncomingMessage } from 'node:http';
import type { Db } from '../db/client.ts';
import { matchesStationKey } from '../fleet/station-key.ts';
import { findStation, type StationIdentity } from '../fleet/station.store.ts';
import type { OcppVersion } from './rpc/faults.ts';

const PREFIX = '/ocpp/';
const STATION_ID = /^[^\s:/\p{Cc}]{1,48}$/u;
// No header Valley reads is longer; what is longer only costs time to split.
const HEADER_MAX = 1_024;
/** Compared with where the station is unknown, so that both refusals cost the same. */
const NO_KEY = new Uint8Array(32);

/** The server's preference, best first. */
const PREFERENCE: readonly OcppVersion[] = ['ocpp2.0.1', 'ocpp1.6'];

export type Refusal = { status: 400 | 401 | 403 | 404; reason: string };
export type Upgrade = { stationId: string; version: OcppVersion; key: Uint8Array | null };

/** chooseProtocol takes the server's preferred of the offered sub-protocols, or null. */
export function chooseProtocol(offered: Iterable<string>): OcppVersion | null {
  const all = new Set(offered);
  return PREFERENCE.find((version) => all.has(version)) ?? null;
}

/** stationIdFrom reads the id from `/ocpp/<id>`, exactly that; null where the path is another or broken. */
export function stationIdFrom(path: string): string | null {
  if (!path.startsWith(PREFIX)) return null;
  let id: string;
  try {
    id = decodeURIComponent(path.slice(PREFIX.length));
  } catch {
    return null;
  }
  return STATION_ID.test(id) && id.isWellFormed() ? id : null;
}

/** keyFrom reads the password of Basic authentication as bytes; null unless the user is `stationId`. */
export function keyFrom(header: string | undefined, stationId: string): Uint8Array | null {
  const match = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '');
  if (match === null || (header?.length ?? 0) > HEADER_MAX) return null;
  const bytes = Buffer.from(match[1] ?? '', 'base64');
  const colon = bytes.indexOf(0x3a);
  if (colon < 0 || !bytes.subarray(0, colon).equals(Buffer.from(stationId, 'utf8'))) return null;
  return bytes.subarray(colon + 1);
}

/** readUpgrade checks everything about an upgrade request that needs no database. */
export function readUpgrade(request: IncomingMessage): Upgrade | Refusal {
  const { headers, url = '' } = request;
  if (headers.origin !== undefined || headers.cookie !== undefined) {
    return { status: 403, reason: 'Browsers have no business here.' };
  }
  const path = url.split('?', 1)[0] ?? '';
  if (path !== url)
    return { status: 400, reason: 'The path must be /ocpp/<stationId> without a query.' };
  const stationId = stationIdFrom(path);
  if (stationId === null) return { status: 400, reason: 'The path must be /ocpp/<stationId>.' };
  const offered = headers['sec-websocket-protocol'] ?? '';
  const version =
    offered.length > HEADER_MAX
      ? null
      : chooseProtocol(offered.split(',').map((name) => name.trim()));
  if (version === null)
    return { status: 400, reason: 'Offer the sub-protocol ocpp2.0.1 or ocpp1.6.' };
  return { stationId, version, key: keyFrom(headers.authorization, stationId) };
}

export type Authenticated = { station: StationIdentity; hasBooted: boolean };

/** authenticate checks a station's key; unknown station, wrong key and disabled station look the same. */
export async function authenticate(db: Db, upgrade: Upgrade): Promise<Authenticated | null> {
  const row = await db.asSystem((tx) => findStation(tx, upgrade.stationId));
  const isMatch = matchesStationKey(upgrade.key ?? NO_KEY, row?.keyHash ?? NO_KEY);
  if (row === null || upgrade.key === null || !isMatch || row.isDisabled) return null;
  const { id, tenantId, locationId, hasBooted } = row;
  return { station: { id, tenantId, locationId }, hasBooted };
}
