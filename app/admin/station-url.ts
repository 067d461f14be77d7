type Address = { url: string | null; port: number };

/**
 * stationBase is where stations connect, without their id: as configured, or at the host this page
 * was asked by (its `Host` header), which is one that reaches this machine.
 */
export function stationBase({ url, port }: Address, host: string | null): string {
  if (url !== null) return url;
  const asked = `http://${host ?? ''}`;
  const hostname = host !== null && URL.canParse(asked) ? new URL(asked).hostname : 'localhost';
  return `ws://${hostname}:${port}/ocpp`;
}

/** stationUrl is the address to type into one station. */
export function stationUrl(base: string, stationId: string): string {
  return `${base}/${encodeURIComponent(stationId)}`;
}
