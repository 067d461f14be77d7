import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a port of this machine that comes from another address of it. */
export type Relay = { url: string; close(): void };

/**
 * openRelay passes connections on to a port, from the loopback address `from`: all of 127.0.0.0/8 is
 * this machine, so that a second visitor really has another address.
 */
export async function openRelay(from: string, toPort: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((inner) => {
    const outer = createConnection({ host: '127.0.0.1', port: toPort, localAddress: from });
    keep(inner).pipe(keep(outer)).pipe(inner);
    inner.on('error', () => outer.destroy());
    outer.on('error', () => inner.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}
