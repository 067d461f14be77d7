/** The two spellings OCPP has of the same faults. */
export type OcppVersion = 'ocpp1.6' | 'ocpp2.0.1';

/** Why a call gets a CALLERROR, free of a version. */
export type FaultKind =
  | 'format' | 'unreadable' | 'messageType' | 'unknownAction' | 'unsupported'
  | 'property' | 'occurrence' | 'type' | 'internal';

/** 1.6J table 7 (with its own spelling of occurrence) and 2.0.1 part 4 table 8. */
const CODES: Record<OcppVersion, Record<FaultKind, string>> = {
  'ocpp1.6': {
    format: 'FormationViolation',
    unreadable: 'FormationViolation',
    messageType: 'FormationViolation',
    unknownAction: 'NotImplemented',
    unsupported: 'NotSupported',
    property: 'PropertyConstraintViolation',
    occurrence: 'OccurenceConstraintViolation',
    type: 'TypeConstraintViolation',
    internal: 'InternalError',
  },
  'ocpp2.0.1': {
    format: 'FormatViolation',
    unreadable: 'RpcFrameworkError',
    messageType: 'MessageTypeNotSupported',
    unknownAction: 'NotImplemented',
    unsupported: 'NotSupported',
    property: 'PropertyConstraintViolation',
    occurrence: 'OccurrenceConstraintViolation',
    type: 'TypeConstraintViolation',
    internal: 'InternalError',
  },
};

export function faultCode(version: OcppVersion, kind: FaultKind): string {
  return CODES[version][kind];
}

/** A call that cannot be served; the dispatcher answers it with the version's own CALLERROR. */
export class RpcFault extends Error {
  readonly kind: FaultKind;
  constructor(kind: FaultKind, message: string) {
    super(message);
    this.name = 'RpcFault';
    this.kind = kind;
  }
}
