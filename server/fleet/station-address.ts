import type { Env } from '../env.ts';

/**
 * Where stations connect, without their id: `url` as configured, or null where it is whatever host
 * the portal was asked by, at `port`. `needsProxyUrl`: the portal is reached by https, so that
 * stations may be as well, at an address that only the operator of the proxy knows.
 */
export type StationAddress = { url: string | null; port: number; needsProxyUrl: boolean };

type AddressEnv = Pick<Env, 'VALLEY_OCPP_URL' | 'VALLEY_OCPP_PORT' | 'VALLEY_URL'>;

/** stationAddress reads it from the environment; the gateway itself speaks no TLS, so never wss:// by guess. */
export function stationAddress(env: AddressEnv): StationAddress {
  const { VALLEY_OCPP_URL: url, VALLEY_OCPP_PORT: port, VALLEY_URL: portal } = env;
  if (url !== undefined) return { url, port, needsProxyUrl: false };
  if (portal === undefined) return { url: null, port, needsProxyUrl: false };
  const { hostname, protocol } = new URL(portal);
  return { url: `ws://${hostname}:${port}/ocpp`, port, needsProxyUrl: protocol === 'https:' };
}
