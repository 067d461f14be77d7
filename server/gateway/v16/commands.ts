import type { CommandRoutes } from '../rpc/command-route.ts';
import { changeConfigurationCommand } from './change-configuration.ts';
import { clearChargingProfileCommand } from './clear-charging-profile.ts';
import { getCompositeScheduleCommand } from './get-composite-schedule.ts';
import { getConfigurationCommand } from './get-configuration.ts';
import { remoteStartTransactionCommand } from './remote-start-transaction.ts';
import { remoteStopTransactionCommand } from './remote-stop-transaction.ts';
import { resetCommand } from './reset.ts';
import { setChargingProfileCommand } from './set-charging-profile.ts';
import { triggerMessageCommand } from './trigger-message.ts';
import { unlockConnectorCommand } from './unlock-connector.ts';

/** What Valley can ask of a 1.6 station; an action that is not here is answered NotSupported. */
export const commands16: CommandRoutes = {
  SetChargingProfile: setChargingProfileCommand,
  ClearChargingProfile: clearChargingProfileCommand,
  GetCompositeSchedule: getCompositeScheduleCommand,
  GetConfiguration: getConfigurationCommand,
  ChangeConfiguration: changeConfigurationCommand,
  RequestStartTransaction: remoteStartTransactionCommand,
  RequestStopTransaction: remoteStopTransactionCommand,
  TriggerMessage: triggerMessageCommand,
  Reset: resetCommand,
  UnlockConnector: unlockConnectorCommand,
};
