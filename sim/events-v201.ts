import type { TransactionEventRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import type { EvseState, EvseStatus, Reading, Transaction } from './evse.ts';
import { type Outgoing, type ProtocolHost, isoFromMs } from './protocol.ts';
import { type ReadingContext, measure, parseMeasurands } from './readings.ts';
import type { Fact, StopReason } from './station-model.ts';

type TriggerReason = TransactionEventRequest['triggerReason'];
type ChargingState = NonNullable<TransactionEventRequest['transactionInfo']['chargingState']>;
type StoppedReason = NonNullable<TransactionEventRequest['transactionInfo']['stoppedReason']>;

const STOPS: Record<StopReason, { trigger: TriggerReason; stopped: StoppedReason }> = {
  EVDisconnected: { trigger: 'EVCommunicationLost', stopped: 'EVDisconnected' },
  Local: { trigger: 'StopAuthorized', stopped: 'Local' },
  Remote: { trigger: 'RemoteStop', stopped: 'Remote' },
  DeAuthorized: { trigger: 'Deauthorized', stopped: 'DeAuthorized' },
  SoftReset: { trigger: 'ResetCommand', stopped: 'ImmediateReset' },
  HardReset: { trigger: 'ResetCommand', stopped: 'ImmediateReset' },
  UnlockCommand: { trigger: 'UnlockCommand', stopped: 'Other' },
};

const MEASURAND_KEYS: Record<ReadingContext, string> = {
  'Sample.Periodic': 'SampledDataCtrlr/TxUpdatedMeasurands',
  'Sample.Clock': 'AlignedDataCtrlr/Measurands',
  'Transaction.Begin': 'SampledDataCtrlr/TxStartedMeasurands',
  'Transaction.End': 'SampledDataCtrlr/TxEndedMeasurands',
  Trigger: 'SampledDataCtrlr/TxUpdatedMeasurands',
};

export const outgoing = (
  action: string,
  payload: object,
  txRef: string | null = null,
): Outgoing => ({ action, payload, txRef });

export const idTokenOf = (idToken: string) => ({ idToken, type: 'ISO14443' as const });

function chargingState(status: EvseStatus): ChargingState {
  if (status === 'Charging' || status === 'SuspendedEV' || status === 'SuspendedEVSE') {
    return status;
  }
  return 'EVConnected';
}

/** The reading as one MeterValueType with the measurands configured for its context. */
export function meterValue(host: ProtocolHost, reading: Reading, context: ReadingContext): object {
  const wanted = parseMeasurands(host.config[MEASURAND_KEYS[context]] ?? '') ?? [];
  const values = measure(reading, wanted, host.quirks.kwhLabelledWh === true);
  return {
    timestamp: isoFromMs(reading.atMs),
    sampledValue: values.map(({ measurand, value, unit }) => ({
      value,
      context,
      measurand,
      location: measurand === 'SoC' ? 'EV' : 'Outlet',
      unitOfMeasure: { unit },
    })),
  };
}

type EventArgs = {
  eventType: 'Started' | 'Updated' | 'Ended';
  triggerReason: TriggerReason;
  evse: EvseState;
  transaction: Transaction;
  reading: Reading;
  context?: ReadingContext;
  stoppedReason?: StoppedReason;
  withIdToken?: boolean;
};

/** One TransactionEvent; takes the transaction's next sequence number. */
export function transactionEvent(host: ProtocolHost, args: EventArgs): Outgoing {
  const { evse, transaction, reading, context, stoppedReason } = args;
  const { seqNo, ref, remoteStartId } = transaction;
  transaction.seqNo += 1;
  const value = context === undefined ? null : meterValue(host, reading, context);
  const hasValues = value !== null && (value as { sampledValue: [] }).sampledValue.length > 0;
  const payload = {
    eventType: args.eventType,
    timestamp: isoFromMs(reading.atMs),
    triggerReason: args.triggerReason,
    seqNo,
    offline: !host.isOnline(),
    transactionInfo: {
      transactionId: ref,
      chargingState: chargingState(evse.status),
      ...(stoppedReason === undefined ? {} : { stoppedReason }),
      ...(remoteStartId === null ? {} : { remoteStartId }),
    },
    evse: { id: evse.id, connectorId: 1 },
    ...(args.withIdToken === true ? { idToken: idTokenOf(transaction.idToken) } : {}),
    ...(hasValues ? { meterValue: [value] } : {}),
  };
  return outgoing('TransactionEvent', payload, ref);
}

function startEvent(host: ProtocolHost, fact: Fact & { type: 'started' | 'energised' }): Outgoing {
  const { evse, reading, transaction } = fact;
  const started = fact.type === 'started';
  const remote = transaction.remoteStartId !== null;
  const authorised: TriggerReason = remote ? 'RemoteStart' : 'Authorized';
  return transactionEvent(host, {
    eventType: started ? 'Started' : 'Updated',
    triggerReason: transaction.energised ? authorised : 'CablePluggedIn',
    evse,
    transaction,
    reading,
    withIdToken: transaction.energised,
    ...(started ? { context: 'Transaction.Begin' as const } : {}),
  });
}

/** TransactionEvents that a fact asks for; statuses outside transactions ask for none. */
export function eventsOf(host: ProtocolHost, fact: Fact): Outgoing[] {
  const { evse, reading } = fact;
  switch (fact.type) {
    case 'started':
    case 'energised':
      return [startEvent(host, fact)];
    case 'status': {
      const { transaction } = evse;
      if (transaction === null || !transaction.energised) return [];
      const triggerReason = 'ChargingStateChanged';
      const args = { eventType: 'Updated', triggerReason, evse, transaction, reading } as const;
      return [transactionEvent(host, args)];
    }
    case 'sample': {
      const { context, transaction } = fact;
      const clock = context === 'Sample.Clock';
      const event = transactionEvent(host, {
        eventType: 'Updated',
        triggerReason: clock ? 'MeterValueClock' : 'MeterValuePeriodic',
        evse,
        transaction,
        reading,
        context,
      });
      return [{ ...event, isSample: true }];
    }
    case 'ended': {
      const { trigger, stopped } = STOPS[fact.reason];
      const event = transactionEvent(host, {
        eventType: 'Ended',
        triggerReason: trigger,
        evse,
        transaction: fact.transaction,
        reading,
        context: 'Transaction.End',
        stoppedReason: stopped,
        withIdToken: fact.reason === 'Local',
      });
      return [event];
    }
  }
}
