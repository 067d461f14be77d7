/** The name of a driver's account in the ledger. */
export function driverParty(driverId: string): string {
  return `driver:${driverId}`;
}
