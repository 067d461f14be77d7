import { createServer, type Server } from 'node:net';
import type { Env } from './env.ts';

/** freePorts finds ports of 127.0.0.1 that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<Server>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => { resolve(server); });
  })));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
  return ports;
}

/** scratchEnv is the environment of a system that meets no other: loopback, its own ports and database. */
export function scratchEnv(env: Env, ports: { web: number; ocpp: number }): Env {
  return {
    ...env, VALLEY_PORT: ports.web, VALLEY_OCPP_PORT: ports.ocpp, VALLEY_HOST: '127.0.0.1',
    VALLEY_URL: undefined, DATABASE_URL: undefined, VALLEY_DATA_DIR: undefined,
  };
}
