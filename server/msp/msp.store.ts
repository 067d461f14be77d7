import type { Tx } from '../db/client.ts';

/** A programme version that names the tx's provider. */
export type ProgrammeRow = {
  id: number; tenant_id: number; operator: string; version: number; valid_from: Date; share_bp: number; driver_bp: number;
  msp_bp: number; cpo_bp: number; platform_bp: number; driver_cap_micro: bigint; min_payout_micro: bigint; is_in_force: boolean;
};

/** A settled stay; `booked_micro` is what the ledger holds for the provider of it. */
export type StayRow = {
  session_id: string; operator: string; time_zone: string; plug_in_at: Date; plug_out_at: Date; card_end: string;
  energy_milli_wh: bigint; driver_micro: bigint; booked_micro: bigint; rev: number; programme_version: number;
};

export type MonthRow = {
  month: string; stays: bigint; energy_milli_wh: bigint; driver_micro: bigint; booked_micro: bigint;
};

/** The newest stays come before any instant and any id. */
const NEWEST = { plugInAt: 'infinity', sessionId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

export async function programmeRows(tx: Tx): Promise<ProgrammeRow[]> {
  return await tx.$queryRaw<ProgrammeRow[]>`SELECT * FROM msp_programmes()`;
}

/** stayRows lists settled stays from the newest on, or those before a stay. */
export async function stayRows(
  tx: Tx, args: { before: { plugInAt: Date; sessionId: string } | null; most: number },
): Promise<StayRow[]> {
  const plugInAt = args.before?.plugInAt.toISOString() ?? NEWEST.plugInAt;
  const sessionId = args.before?.sessionId ?? NEWEST.sessionId;
  return await tx.$queryRaw<StayRow[]>`
    SELECT * FROM msp_stays(${plugInAt}::timestamptz, ${sessionId}::uuid, ${args.most}::integer)`;
}

/** monthRows sums all settled stays by the month in which they ended. */
export async function monthRows(tx: Tx): Promise<MonthRow[]> {
  return await tx.$queryRaw<MonthRow[]>`SELECT * FROM msp_months()`;
}
