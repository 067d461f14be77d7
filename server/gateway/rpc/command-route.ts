import {
  commandPayloads,
  type CommandAction,
  type CommandPayload,
} from '#domain/charging/commands.ts';
import type { Json } from './frame.ts';

/** What a station answered, free of a version; `status` is the station's own word. */
export type CommandAnswer = { isAccepted: boolean; answer: { status: string } & Json };

/** One row of a version's table of commands: how it is spelled and how its answer is read. */
export type CommandRoute = {
  /** The action's name in this version; its schemas are `<action>Request` and `<action>Response`. */
  action: string;
  spell(payload: unknown): Json;
  read(response: Json): CommandAnswer;
};

export type CommandRoutes = Readonly<Partial<Record<CommandAction, CommandRoute>>>;

/** commanding makes a row; the stored payload is checked against its version-neutral schema first. */
export function commanding<A extends CommandAction, Response>(
  neutral: A,
  route: {
    action: string;
    spell(payload: CommandPayload<A>): object;
    read(response: Response): CommandAnswer;
  },
): CommandRoute {
  return {
    action: route.action,
    spell: (payload) =>
      route.spell(commandPayloads[neutral].parse(payload) as CommandPayload<A>) as Json,
    // Only an answer that its official schema accepted comes here.
    read: (response) => route.read(response as Response),
  };
}

/** readStatus reads answers that are nothing but a status. */
export function readStatus(response: { status: string }): CommandAnswer {
  return { isAccepted: response.status === 'Accepted', answer: { status: response.status } };
}

/** tenths rounds a limit to 0.1, the finest step OCPP has. */
export function tenths(limit: number): number {
  return Math.round(limit * 10) / 10;
}
