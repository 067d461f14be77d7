import type { NotifyReportRequest, NotifyReportResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { capabilitiesFrom201 } from '../../fleet/capabilities.ts';
import { learnCapabilities } from '../../fleet/command.store.ts';
import { effecting } from '../rpc/route.ts';

/** A part of the device model: what it says of smart charging is remembered. */
export const notifyReportRoute = effecting<NotifyReportRequest, NotifyReportResponse>(
  async ({ reportData = [] }, { tx, station }) => {
    await learnCapabilities(tx, station.id, capabilitiesFrom201(reportData.map((data) => ({
      component: data.component.name,
      variable: data.variable.name,
      value: data.variableAttribute.find(({ type = 'Actual' }) => type === 'Actual')?.value ?? null,
    }))));
    return {};
  },
  () => false,
);
