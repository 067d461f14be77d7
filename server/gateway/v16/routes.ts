import type { Routes } from '../rpc/route.ts';
import { authorizeRoute } from './authorize.ts';
import { bootNotificationRoute } from './boot-notification.ts';
import { dataTransferRoute } from './data-transfer.ts';
import { diagnosticsStatusNotificationRoute } from './diagnostics-status-notification.ts';
import { firmwareStatusNotificationRoute } from './firmware-status-notification.ts';
import { heartbeatRoute } from './heartbeat.ts';
import { logStatusNotificationRoute } from './log-status-notification.ts';
import { meterValuesRoute } from './meter-values.ts';
import { securityEventNotificationRoute } from './security-event-notification.ts';
import { signCertificateRoute } from './sign-certificate.ts';
import { signedFirmwareStatusNotificationRoute } from './signed-firmware-status-notification.ts';
import { startTransactionRoute } from './start-transaction.ts';
import { statusNotificationRoute } from './status-notification.ts';
import { stopTransactionRoute } from './stop-transaction.ts';

/** Everything a 1.6 station may send, the security white paper included. */
export const routes16: Routes = {
  Authorize: authorizeRoute,
  BootNotification: bootNotificationRoute,
  DataTransfer: dataTransferRoute,
  DiagnosticsStatusNotification: diagnosticsStatusNotificationRoute,
  FirmwareStatusNotification: firmwareStatusNotificationRoute,
  Heartbeat: heartbeatRoute,
  LogStatusNotification: logStatusNotificationRoute,
  MeterValues: meterValuesRoute,
  SecurityEventNotification: securityEventNotificationRoute,
  SignCertificate: signCertificateRoute,
  SignedFirmwareStatusNotification: signedFirmwareStatusNotificationRoute,
  StartTransaction: startTransactionRoute,
  StatusNotification: statusNotificationRoute,
  StopTransaction: stopTransactionRoute,
};
