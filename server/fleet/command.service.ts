import type { StationCapabilities } from '#domain/charging/commands.ts';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import { capabilitiesFrom16, capabilitiesFrom201 } from './capabilities.ts';
import {
  finishCommand,
  learnCapabilities,
  type CommandRow,
  type CommandState,
} from './command.store.ts';
import { fallbackFor, requestCommands } from './setup.service.ts';
import type { StationIdentity } from './station.store.ts';

export type CommandResult = { state: CommandState; answer: Record<string, unknown> };

/**
 * recordCommandResult stores what a station answered, learns from it what the station can do, and
 * asks for less where it refused a metering setting.
 */
export async function recordCommandResult(
  tx: Tx,
  done: { station: StationIdentity; command: CommandRow; result: CommandResult; at: Date },
): Promise<void> {
  const { station, command, result, at } = done;
  const sessions = await finishCommand(tx, { id: command.id, ...result, at });
  await learnCapabilities(tx, station.id, capabilitiesIn(command, result));
  if (result.state === 'REJECTED') {
    const fallback = fallbackFor(command.action, command.payload);
    if (fallback !== null) await requestCommands(tx, { station, at, commands: [fallback] });
  }
  await publish(tx, 'session', sessions);
  // A person may be waiting for this very answer; the worker's own word comes later.
  await publish(tx, 'view', sessions);
}

type Configuration = { key: string; value: string | null }[];
type Variables = { component: string; variable: string; value: string | null }[];

function capabilitiesIn(
  command: CommandRow,
  { state, answer }: CommandResult,
): StationCapabilities {
  if (state !== 'ACCEPTED') return {};
  switch (command.action) {
    case 'GetConfiguration':
      return capabilitiesFrom16(answer['configuration'] as Configuration);
    case 'ChangeConfiguration':
      return capabilitiesFrom16([command.payload as Configuration[number]]);
    case 'GetVariables':
      return capabilitiesFrom201(answer['variables'] as Variables);
    case 'SetVariables':
      return capabilitiesFrom201((command.payload as { variables: Variables }).variables);
    default:
      return {};
  }
}
