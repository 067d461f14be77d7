import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { RpcFault, type FaultKind } from './faults.ts';
import type { Json } from './frame.ts';
import { isBearable, mendPayload } from './mend.ts';

/** Official JSON schemas of one OCPP version, named like `StartTransactionRequest`. */
export type SchemaTable = Readonly<Record<string, object>>;

export type Schemas = {
  /**
   * Checks what a station sent: wrong types and missing fields throw an RpcFault; unknown keys and
   * unknown words in sampled values are accepted, for refusing them loses facts and cures no firmware.
   * @returns how many such harmless violations there were.
   */
  checkInbound(name: string, value: unknown): number;
  /**
   * Checks a transaction message, which must be answered whatever slips it has (an error makes a
   * station repeat it for ever): fields are mended or left out. Throws an RpcFault where what is
   * left does not say what happened.
   */
  checkTransaction(name: string, value: Json): { payload: Json; isLost: boolean };
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
  const errorsOf = (name: string, value: unknown): ErrorObject[] => {
    const validate = validator(name);
    return validate(value) ? [] : (validate.errors ?? []);
  };
  return {
    checkInbound(name, value) {
      const errors = errorsOf(name, value);
      const hard = errors.find((error) => !isHarmless(error));
      if (hard !== undefined) throw faultFrom(hard);
      return errors.length;
    },
    checkTransaction(name, value) {
      const slips = errorsOf(name, value).filter((error) => !isHarmless(error));
      if (slips.length === 0) return { payload: value, isLost: false };
      const mended = mendPayload(value, slips);
      const hard = errorsOf(name, mended.payload).find(
        (error) => !isHarmless(error) && !isBearable(error),
      );
      if (hard !== undefined) throw faultFrom(slips.find((slip) => !isBearable(slip)) ?? hard);
      return mended;
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

function faultFrom(error: ErrorObject): RpcFault {
  const text = `${error.instancePath || 'payload'} ${error.message ?? ''}`;
  return new RpcFault(faultOf(error), text.trim());
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
