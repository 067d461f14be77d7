import type { Routes } from '../rpc/route.ts';
import { authorizeRoute } from './authorize.ts';
import { bootNotificationRoute } from './boot-notification.ts';
import { clearedChargingLimitRoute } from './cleared-charging-limit.ts';
import { dataTransferRoute } from './data-transfer.ts';
import { firmwareStatusNotificationRoute } from './firmware-status-notification.ts';
import { get15118EVCertificateRoute } from './get-15118-ev-certificate.ts';
import { getCertificateStatusRoute } from './get-certificate-status.ts';
import { heartbeatRoute } from './heartbeat.ts';
import { logStatusNotificationRoute } from './log-status-notification.ts';
import { meterValuesRoute } from './meter-values.ts';
import { notifyChargingLimitRoute } from './notify-charging-limit.ts';
import { notifyCustomerInformationRoute } from './notify-customer-information.ts';
import { notifyDisplayMessagesRoute } from './notify-display-messages.ts';
import { notifyEVChargingNeedsRoute } from './notify-ev-charging-needs.ts';
import { notifyEVChargingScheduleRoute } from './notify-ev-charging-schedule.ts';
import { notifyEventRoute } from './notify-event.ts';
import { notifyMonitoringReportRoute } from './notify-monitoring-report.ts';
import { notifyReportRoute } from './notify-report.ts';
import { publishFirmwareStatusNotificationRoute } from './publish-firmware-status-notification.ts';
import { reportChargingProfilesRoute } from './report-charging-profiles.ts';
import { reservationStatusUpdateRoute } from './reservation-status-update.ts';
import { securityEventNotificationRoute } from './security-event-notification.ts';
import { signCertificateRoute } from './sign-certificate.ts';
import { statusNotificationRoute } from './status-notification.ts';
import { transactionEventRoute } from './transaction-event.ts';

/** Everything a certified core and smart-charging station of 2.0.1 may send. */
export const routes201: Routes = {
  Authorize: authorizeRoute,
  BootNotification: bootNotificationRoute,
  ClearedChargingLimit: clearedChargingLimitRoute,
  DataTransfer: dataTransferRoute,
  FirmwareStatusNotification: firmwareStatusNotificationRoute,
  Get15118EVCertificate: get15118EVCertificateRoute,
  GetCertificateStatus: getCertificateStatusRoute,
  Heartbeat: heartbeatRoute,
  LogStatusNotification: logStatusNotificationRoute,
  MeterValues: meterValuesRoute,
  NotifyChargingLimit: notifyChargingLimitRoute,
  NotifyCustomerInformation: notifyCustomerInformationRoute,
  NotifyDisplayMessages: notifyDisplayMessagesRoute,
  NotifyEVChargingNeeds: notifyEVChargingNeedsRoute,
  NotifyEVChargingSchedule: notifyEVChargingScheduleRoute,
  NotifyEvent: notifyEventRoute,
  NotifyMonitoringReport: notifyMonitoringReportRoute,
  NotifyReport: notifyReportRoute,
  PublishFirmwareStatusNotification: publishFirmwareStatusNotificationRoute,
  ReportChargingProfiles: reportChargingProfilesRoute,
  ReservationStatusUpdate: reservationStatusUpdateRoute,
  SecurityEventNotification: securityEventNotificationRoute,
  SignCertificate: signCertificateRoute,
  StatusNotification: statusNotificationRoute,
  TransactionEvent: transactionEventRoute,
};
