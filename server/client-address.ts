import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The part of a request that says where it comes from. */
type Arrival = {
  socket: { remoteAddress?: string | undefined };
  headers: IncomingHttpHeaders;
};
/** clientAddress of a request, for an installation's own proxies. */
export type ClientAddress = (request: Arrival) => string;

/**
 * parseAddresses reads addresses and networks (CIDR) parted by commas or spaces.
 * @returns null where one of them is neither.
 */
export function parseAddresses(text: string): BlockList | null {
  const list = new BlockList();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [address = '', prefix, ...more] = entry.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (family === 0 || more.length > 0 || bits < 0 || bits > most) return null;
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/**
 * createClientAddress tells the address a request comes from: the socket's, or behind proxies that are
 * trusted the last hop of X-Forwarded-For that is none of them. What stands left of it the client may
 * have written itself, so it says nothing.
 * @param trusted text as parseAddresses reads it; undefined trusts nobody.
 */
export function createClientAddress(trusted: string | undefined): ClientAddress {
  const proxies = trusted === undefined ? null : parseAddresses(trusted);
  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress ?? '');
    const hops = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').toReversed();
    for (const hop of hops) {
      if (proxies === null || !isIn(proxies, address)) return address;
      const before = plain(hop);
      if (before === '') return address;
      address = before;
    }
    return address;
  };
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An address without port, brackets, zone and the IPv6 spelling of IPv4; empty where it is none. */
function plain(text: string): string {
  const [, inBrackets] = /^\[([^\]]+)\](?::\d+)?$/.exec(text.trim()) ?? [];
  const bare = (inBrackets ?? text.trim()).replace(/%.*$/, '');
  const address = /^[\d.]+:\d+$/.test(bare) ? bare.slice(0, bare.indexOf(':')) : bare;
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  return isIP(mapped ?? address) === 0 ? '' : (mapped ?? address);
}
