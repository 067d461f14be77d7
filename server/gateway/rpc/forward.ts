/**
 * The one seam all station traffic passes, in the order it is on the wire: a relay to a CPO's
 * existing back office goes here. A tap must not throw and must not block.
 */
export type FrameTap = {
  inbound(stationId: string, text: string): void;
  outbound(stationId: string, text: string): void;
};

export const noTap: FrameTap = { inbound: () => undefined, outbound: () => undefined };
