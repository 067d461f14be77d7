import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import { recordEvent } from '../../fleet/station.store.ts';
import type { CallFrame } from './frame.ts';
import type { EffectContext } from './route.ts';

function digestOf(frame: CallFrame): Buffer {
  return createHash('sha256')
    .update(frame.action)
    .update('\n')
    .update(JSON.stringify(frame.payload))
    .digest();
}

/**
 * onceOnly runs `work` unless this very message was served before, in which case its stored answer
 * comes back. The same message id with other content is a new message (stations restart their
 * counters), but noted. Both happen in `context.tx`, so effect and answer live or die together.
 */
export async function onceOnly(
  frame: CallFrame,
  context: EffectContext,
  work: () => Promise<object>,
): Promise<object> {
  const { tx, station } = context;
  const digest = digestOf(frame);
  const seen = await tx.$queryRaw<{ answer: object; same: boolean }[]>`
    SELECT answer, digest = ${digest} AS same FROM ocpp_inbox
    WHERE station_id = ${station.id} AND message_id = ${frame.id}`;
  const repeated = seen.find((row) => row.same);
  if (repeated !== undefined) return repeated.answer;
  if (seen.length > 0) {
    await recordEvent(tx, {
      station,
      kind: 'MESSAGE_ID_REUSED',
      severity: 'INFO',
      evseId: null,
      data: { action: frame.action, messageId: frame.id },
      happenedAt: context.receivedAt,
      receivedAt: context.receivedAt,
    });
  }
  const answer = await work();
  await tx.$executeRaw`
    INSERT INTO ocpp_inbox (station_id, message_id, digest, action, answer)
    VALUES (${station.id}, ${frame.id}, ${digest}, ${frame.action}, ${JSON.stringify(answer)}::jsonb)`;
  return answer;
}

/** pruneInbox forgets answers older than a week: no station retries for longer. */
export async function pruneInbox(tx: Tx): Promise<number> {
  return await tx.$executeRaw`DELETE FROM ocpp_inbox WHERE received_at < now() - interval '7 days'`;
}
