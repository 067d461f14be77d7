import type {
  NotifyMonitoringReportRequest,
  NotifyMonitoringReportResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley sets no monitors; a report of them tells nothing new. */
export const notifyMonitoringReportRoute = answering<
  NotifyMonitoringReportRequest,
  NotifyMonitoringReportResponse
>(() => ({}));
