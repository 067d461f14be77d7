import type { CommandRoutes } from './command-route.ts';
import type { OcppVersion } from './faults.ts';
import type { Routes } from './route.ts';
import type { Schemas } from './schema.ts';

/** All a connection needs to speak one version. */
export type VersionTables = {
  version: OcppVersion;
  schemas: Schemas;
  routes: Routes;
  commands: CommandRoutes;
  /** Bytes of the largest message: 2.0.1 reports its whole device model. */
  maxPayload: number;
};
