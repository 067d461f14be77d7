import type { VersionTables } from '../rpc/version.ts';
import { commands16 } from './commands.ts';
import { routes16 } from './routes.ts';
import { schemas16 } from './schemas.ts';

export const tables16: VersionTables = {
  version: 'ocpp1.6',
  schemas: schemas16,
  routes: routes16,
  commands: commands16,
  maxPayload: 64 * 1024,
};
