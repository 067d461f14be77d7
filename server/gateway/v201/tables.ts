import type { VersionTables } from '../rpc/version.ts';
import { commands201 } from './commands.ts';
import { routes201 } from './routes.ts';
import { schemas201 } from './schemas.ts';

export const tables201: VersionTables = {
  version: 'ocpp2.0.1',
  schemas: schemas201,
  routes: routes201,
  commands: commands201,
  maxPayload: 256 * 1024,
};
