import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
// The package's root import compiles every schema of three versions (2.3 s).
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';

export type OcppVersion = '1.6' | '2.0.1';

const SCHEMAS: Record<OcppVersion, Record<string, object>> = {
  '1.6': schemas16,
  '2.0.1': schemas201,
};
const compiled = new Map<string, ValidateFunction>();
const ajv = new Ajv({ strict: false });
// ajv-formats is CommonJS: its default export is the function for Node, the module for TypeScript.
(addFormats as unknown as (target: Ajv) => void)(ajv);

/** True where the official schemas know the action. */
export function isKnownAction(version: OcppVersion, action: string): boolean {
  return Object.hasOwn(SCHEMAS[version], `${action}Request`);
}

/**
 * schemaError checks a payload against the Open Charge Alliance's schema.
 * @param name action with `Request` or `Response`, such as `SetChargingProfileRequest`
 * @returns null where it fits, else what is wrong
 */
export function schemaError(version: OcppVersion, name: string, payload: unknown): string | null {
  const key = `${version} ${name}`;
  let validate = compiled.get(key);
  if (validate === undefined) {
    const schema = SCHEMAS[version][name];
    if (schema === undefined) return `no schema ${name} in OCPP ${version}`;
    validate = ajv.compile(schema);
    compiled.set(key, validate);
  }
  return validate(payload) ? null : ajv.errorsText(validate.errors);
}
