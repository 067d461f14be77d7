import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { RpcFault, type FaultKind } from './faults.ts';

/** Official JSON schemas of one OCPP version, named like `StartTransactionRequest`. */
export type SchemaTable = Readonly<Record<string, object>>;

export type Schemas = {
  /**
   * Checks what a station sent: wrong types and missing fields throw an RpcFault; unknown keys and
   * unknown words in sampled values are accepted, for refusing them loses facts and cures no firmware.
   * @returns how many such harmless violations there were.
   */
  checkInbound(name: string, value: unknown): number;
  /** Checks what Valley sends, strictly. Throws an Error that names the field. */
  checkOutbound(name: string, value: unknown): void;
};

const RFC3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** isDateTime accepts RFC 3339 with a zone and a day that exists (29 February only in leap years). */
export function isDateTime(text: string): boolean {
  const match = RFC3339.exec(text);
  if (match === null) return false;
  const day = Number(match[3]);
  return day <= 28 || day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
}

/** createSchemas compiles lazily: a whole version takes 0.2 to 0.6 s, one message 8 ms. */
export function createSchemas(table: SchemaTable): Schemas {
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    allErrors: true,
    // Limits are multiples of 0.1, which no double is.
    multipleOfPrecision: 6,
  });
  ajv.addFormat('date-time', isDateTime);
  const compiled = new Map<string, ValidateFunction>();
  const validator = (name: string): ValidateFunction => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const schema = table[name];
    if (schema === undefined) throw new Error(`there is no OCPP schema ${name}`);
    const made = ajv.compile(schema);
    compiled.set(name, made);
    return made;
  };
  return {
    checkInbound(name, value) {
      const validate = validator(name);
      if (validate(value)) return 0;
      const errors = validate.errors ?? [];
      const hard = errors.find((error) => !isHarmless(error));
      if (hard === undefined) return errors.length;
      throw new RpcFault(
        faultOf(hard),
        `${hard.instancePath || 'payload'} ${hard.message ?? ''}`.trim(),
      );
    },
    checkOutbound(name, value) {
      const validate = validator(name);
      if (validate(value)) return;
      throw new Error(`${name} would be invalid: ${ajv.errorsText(validate.errors)}`);
    },
  };
}

// Firmware invents measurands and units; normalisation knows what to do with an unknown one.
const MEASURED_WORD = /\/sampledValue\/\d+\/(?:unit|measurand|phase|location|context|format)$/;

function isHarmless(error: ErrorObject): boolean {
  if (error.keyword === 'additionalProperties') return true;
  return (
    error.keyword === 'enum' &&
    MEASURED_WORD.test(error.instancePath) &&
    typeof error.data !== 'object'
  );
}

function faultOf(error: ErrorObject): FaultKind {
  switch (error.keyword) {
    case 'type':
      return 'type';
    case 'required':
    case 'minItems':
    case 'maxItems':
      return 'occurrence';
    case 'enum':
    case 'format':
    case 'maxLength':
    case 'minLength':
    case 'minimum':
    case 'maximum':
      return 'property';
    default:
      return 'format';
  }
}
