import type { CommandRoutes } from '../rpc/command-route.ts';
import { clearChargingProfileCommand } from './clear-charging-profile.ts';
import { getBaseReportCommand } from './get-base-report.ts';
import { getCompositeScheduleCommand } from './get-composite-schedule.ts';
import { getVariablesCommand } from './get-variables.ts';
import { requestStartTransactionCommand } from './request-start-transaction.ts';
import { requestStopTransactionCommand } from './request-stop-transaction.ts';
import { resetCommand } from './reset.ts';
import { setChargingProfileCommand } from './set-charging-profile.ts';
import { setVariablesCommand } from './set-variables.ts';
import { triggerMessageCommand } from './trigger-message.ts';
import { unlockConnectorCommand } from './unlock-connector.ts';

/** What Valley can ask of a 2.0.1 station; an action that is not here is answered NotSupported. */
export const commands201: CommandRoutes = {
  SetChargingProfile: setChargingProfileCommand,
  ClearChargingProfile: clearChargingProfileCommand,
  GetCompositeSchedule: getCompositeScheduleCommand,
  GetVariables: getVariablesCommand,
  SetVariables: setVariablesCommand,
  GetBaseReport: getBaseReportCommand,
  RequestStartTransaction: requestStartTransactionCommand,
  RequestStopTransaction: requestStopTransactionCommand,
  TriggerMessage: triggerMessageCommand,
  Reset: resetCommand,
  UnlockConnector: unlockConnectorCommand,
};
