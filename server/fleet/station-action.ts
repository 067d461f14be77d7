import { z } from 'zod';
import type { CommandAction, CommandPayload } from '#domain/charging/commands.ts';

const evseId = z.int().min(1).max(1_000);

/** What an operator may ask of a station by hand. */
export const stationActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    evseId,
    card: z.string().trim().min(1, 'Type the number of the card.').max(36),
  }),
  z.strictObject({ kind: z.literal('stop'), evseId }),
  z.strictObject({ kind: z.literal('status') }),
  z.strictObject({ kind: z.literal('restart'), hard: z.boolean() }),
  z.strictObject({ kind: z.literal('unlock'), evseId }),
  z.strictObject({ kind: z.literal('report') }),
]);
export type StationAction = z.infer<typeof stationActionSchema>;
export type ActionKind = StationAction['kind'];

const EVERYWHERE: readonly ActionKind[] = ['start', 'stop', 'status', 'restart', 'unlock'];
const OFFERED: Readonly<Record<string, readonly ActionKind[]>> = {
  'ocpp1.6': EVERYWHERE,
  'ocpp2.0.1': [...EVERYWHERE, 'report'],
};

/** actionsOf are those that a protocol version knows; none where the version is unknown. */
export function actionsOf(protocol: string | null): readonly ActionKind[] {
  return OFFERED[protocol ?? ''] ?? [];
}

/** A command as it is written down: an action with its payload. */
export type Asked = { [A in CommandAction]: { action: A; payload: CommandPayload<A> } }[CommandAction];

/** What an action needs to know of its station, besides what the operator said. */
export type ActionFacts = {
  protocol: string;
  /** The card as it is stored; for a start. */
  card: string;
  /** The transaction that runs at the EVSE; for a stop and to find the connector that is in use. */
  running: { ocppId: string; connectorId: number | null } | null;
  connectors: readonly { evseId: number; connectorId: number }[];
  /** A positive 32-bit number nobody used lately. */
  requestId: number;
};

/** commandsFor spells an action as commands, in the order they are sent. */
export function commandsFor(action: StationAction, facts: ActionFacts): Asked[] {
  switch (action.kind) {
    case 'start':
      return [
        {
          action: 'RequestStartTransaction',
          payload: {
            evseId: action.evseId,
            idToken: facts.card,
            remoteStartId: facts.requestId,
          },
        },
      ];
    case 'stop':
      return facts.running === null
        ? []
        : [
            {
              action: 'RequestStopTransaction',
              payload: { transactionOcppId: facts.running.ocppId },
            },
          ];
    case 'status':
      return statusCommands(facts);
    case 'restart':
      return [{ action: 'Reset', payload: { type: action.hard ? 'Immediate' : 'OnIdle' } }];
    case 'unlock':
      return [
        {
          action: 'UnlockConnector',
          payload: { evseId: action.evseId, connectorId: facts.running?.connectorId ?? 1 },
        },
      ];
    case 'report':
      return [
        {
          action: 'GetBaseReport',
          payload: { requestId: facts.requestId, reportBase: 'FullInventory' },
        },
      ];
  }
}

/** 2.0.1 gives a status for one connector at a time only (F06). */
function statusCommands({ protocol, connectors }: ActionFacts): Asked[] {
  const requestedMessage = 'StatusNotification';
  if (protocol === 'ocpp1.6') {
    return [{ action: 'TriggerMessage', payload: { requestedMessage, evseId: null } }];
  }
  return connectors.map((connector) => ({
    action: 'TriggerMessage',
    payload: { requestedMessage, ...connector },
  }));
}
