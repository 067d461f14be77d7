// The package's root would compile every version (2.3 s) and change payloads: only its schemas are used.
import * as official from 'typed-ocpp/dist/ocpp16/schemas.js';
import { createSchemas } from '../rpc/schema.ts';

export const schemas16 = createSchemas(official);
