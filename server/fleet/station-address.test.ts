import { describe, expect, it } from 'vitest';
import { readEnv } from '../env.ts';
import { stationAddress } from './station-address.ts';

describe('the address stations are told', () => {
  it.each([
    ['nothing is set', {}, { url: null, port: 9000, needsProxyUrl: false }],
    [
      'the portal has a name',
      { VALLEY_URL: 'http://valley.example.org:3000', VALLEY_OCPP_PORT: '9001' },
      { url: 'ws://valley.example.org:9001/ocpp', port: 9001, needsProxyUrl: false },
    ],
    [
      'the portal is behind TLS: the gateway’s own port still speaks none',
      { VALLEY_URL: 'https://valley.example.org' },
      { url: 'ws://valley.example.org:9000/ocpp', port: 9000, needsProxyUrl: true },
    ],
    [
      'it is configured',
      { VALLEY_URL: 'https://valley.example.org', VALLEY_OCPP_URL: 'wss://ocpp.example.org/ocpp/' },
      { url: 'wss://ocpp.example.org/ocpp', port: 9000, needsProxyUrl: false },
    ],
  ])('%s', (_case, env, expected) => {
    expect(stationAddress(readEnv(env))).toEqual(expected);
  });
});
