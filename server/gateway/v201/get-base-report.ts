import type { GetBaseReportResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const getBaseReportCommand = commanding<'GetBaseReport', GetBaseReportResponse>(
  'GetBaseReport',
  {
    action: 'GetBaseReport',
    spell: ({ requestId, reportBase }) => ({ requestId, reportBase }),
    read: readStatus,
  },
);
