import { describe, expect, it } from 'vitest';
import { createClientAddress, parseAddresses } from './client-address.ts';

const ask = (trusted: string | undefined, remoteAddress: string, forwarded?: string | string[]) =>
  createClientAddress(trusted)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  });
const PROXIES = '10.0.0.0/8, 2001:db8::5';

describe('the address a request comes from', () => {
  it('is the socket’s where no proxy is trusted, whatever the client writes', () => {
    expect(ask(undefined, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(ask(PROXIES, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
  });
  it('is what the trusted proxy saw', () => {
    expect(ask(PROXIES, '10.1.2.3', '203.0.113.9')).toBe('203.0.113.9');
    expect(ask(PROXIES, '::ffff:10.1.2.3', '203.0.113.9:51000')).toBe('203.0.113.9');
    expect(ask(PROXIES, '2001:db8::5', '[2001:db8::77]:443')).toBe('2001:db8::77');
  });
  it('is the right-most hop that is not trusted: what stands left of it anybody can write', () => {
    expect(ask(PROXIES, '10.1.2.3', '198.51.100.1, 203.0.113.9, 10.9.9.9')).toBe('203.0.113.9');
    expect(ask(PROXIES, '10.1.2.3', ['198.51.100.1', '203.0.113.9'])).toBe('203.0.113.9');
  });
  it('is the nearest known hop where a proxy passes on nonsense or nothing', () => {
    expect(ask(PROXIES, '10.1.2.3', 'unknown, 10.9.9.9')).toBe('10.9.9.9');
    expect(ask(PROXIES, '10.1.2.3', '1.2.3.4, <script>')).toBe('10.1.2.3');
    expect(ask(PROXIES, '10.1.2.3')).toBe('10.1.2.3');
  });
  it('is the first hop where all are trusted', () => {
    expect(ask(PROXIES, '10.1.2.3', '10.5.5.5, 10.9.9.9')).toBe('10.5.5.5');
  });
});

describe('a list of addresses', () => {
  it.each(['10.0.0.1', '10.0.0.0/8 192.168.1.1', '::1, fd00::/8', ''])('may be %j', (text) => {
    expect(parseAddresses(text)).not.toBeNull();
  });
  it.each(['10.0.0.0/33', '10.0.0', 'proxy.example.org', '::1/129', '10.0.0.0/8/8', '10.0.0.0/x', '*'])('cannot be %j', (text) => {
    expect(parseAddresses(text)).toBeNull();
  });
});
