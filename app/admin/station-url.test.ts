import { describe, expect, it } from 'vitest';
import { stationBase, stationUrl } from './station-url.ts';

describe('the address of a station', () => {
  it.each([
    ['as configured', { url: 'wss://x.example/ocpp', port: 9000 }, 'lan:3000', 'wss://x.example/ocpp'],
    ['the host the page came from', { url: null, port: 9001 }, '192.168.1.5:3000', 'ws://192.168.1.5:9001/ocpp'],
    ['IPv6', { url: null, port: 9000 }, '[::1]:3000', 'ws://[::1]:9000/ocpp'],
    ['no host at all', { url: null, port: 9000 }, null, 'ws://localhost:9000/ocpp'],
    ['a broken one', { url: null, port: 9000 }, 'a b', 'ws://localhost:9000/ocpp'],
  ])('%s', (_case, address, host, expected) => {
    expect(stationBase(address, host)).toBe(expected);
  });
  it('ends in the id, whatever it is made of', () => {
    expect(stationUrl('ws://h/ocpp', 'A/1 ü')).toBe('ws://h/ocpp/A%2F1%20%C3%BC');
  });
});
