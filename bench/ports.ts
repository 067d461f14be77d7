import { createServer, type Server } from 'node:net';

const TRIES = 50;

async function listen(port: number): Promise<Server | null> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => { resolve(null); });
    server.listen(port, '127.0.0.1', () => { resolve(server); });
  });
}

async function close(server: Server | null): Promise<void> {
  if (server !== null) await new Promise((resolve) => { server.close(resolve); });
}

/** freePortPair finds a free port of 127.0.0.1 whose successor is free too: the demo's fleet is controlled there. */
export async function freePortPair(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = await listen(0);
    const address = first?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const second = port === 65_535 ? null : await listen(port + 1);
    await Promise.all([close(first), close(second)]);
    if (second !== null) return port;
  }
  throw new Error('no two neighbouring free ports on 127.0.0.1');
}
