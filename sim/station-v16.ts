import type {
  ChangeAvailabilityRequest,
  ChangeConfigurationRequest,
  ClearChargingProfileRequest,
  GetCompositeScheduleRequest,
  GetConfigurationRequest,
  RemoteStartTransactionRequest,
  RemoteStopTransactionRequest,
  ResetRequest,
  SetChargingProfileRequest,
  TriggerMessageRequest,
  UnlockConnectorRequest,
} from 'typed-ocpp/dist/ocpp16/types.js';
import type { StoredProfile } from './charging-profiles.ts';
import { readConfig, writeConfig } from './config-v16.ts';
import { type EvseState, type Reading, readingOf } from './evse.ts';
import {
  applyProfile,
  beginRemoteStart,
  dropProfiles,
  ok,
  remoteStart,
  setAvailability,
} from './limits.ts';
import type { Reply } from './link.ts';
import {
  type Outgoing,
  type Protocol,
  type ProtocolHost,
  type QueuedCall,
  isoFromMs,
} from './protocol.ts';
import { type ReadingContext, measure, parseMeasurands, registerWh } from './readings.ts';
import {
  type Handlers,
  answerComposite,
  answerTrigger,
  sharedProtocol,
  storedTerms,
} from './requests.ts';
import type { Fact } from './station-model.ts';

type WireProfile = SetChargingProfileRequest['csChargingProfiles'];

const PURPOSES = {
  ChargePointMaxProfile: 'StationMax',
  TxDefaultProfile: 'TxDefault',
  TxProfile: 'Tx',
} as const;

const call = (action: string, payload: object, txRef: string | null = null): Outgoing => ({
  action,
  payload,
  txRef,
});

function statusCall(evse: EvseState, atMs: number): Outgoing {
  return call('StatusNotification', {
    connectorId: evse.id,
    errorCode: 'NoError',
    status: evse.status,
    timestamp: isoFromMs(atMs),
  });
}

function meterCall(
  host: ProtocolHost,
  args: { evseId: number; reading: Reading; context: ReadingContext; txRef: string | null },
): Outgoing {
  const aligned = args.context === 'Sample.Clock';
  const key = aligned ? 'MeterValuesAlignedData' : 'MeterValuesSampledData';
  const wanted = parseMeasurands(host.config[key] ?? '') ?? [];
  const values = measure(args.reading, wanted, host.quirks.kwhLabelledWh === true);
  const sampledValue = values.map(({ measurand, value, unit }) => ({
    value: String(value),
    context: args.context,
    measurand,
    unit,
    location: measurand === 'SoC' ? 'EV' : 'Outlet',
  }));
  const meterValue = [{ timestamp: isoFromMs(args.reading.atMs), sampledValue }];
  return call('MeterValues', { connectorId: args.evseId, meterValue }, args.txRef);
}

function onFact(host: ProtocolHost, fact: Fact): void {
  const { evse, reading } = fact;
  const wh = registerWh(reading, host.quirks.kwhLabelledWh === true);
  const timestamp = isoFromMs(reading.atMs);
  switch (fact.type) {
    case 'status':
      return host.sendStatus(String(evse.id), statusCall(evse, reading.atMs));
    case 'started': {
      const { idToken: idTag, ref } = fact.transaction;
      const payload = { connectorId: evse.id, idTag, meterStart: Math.round(wh), timestamp };
      return host.send(call('StartTransaction', payload, ref));
    }
    case 'sample': {
      const { context, transaction } = fact;
      const sample = meterCall(host, {
        evseId: evse.id,
        reading,
        context,
        txRef: transaction.ref,
      });
      const values = sample.payload as { meterValue: { sampledValue: object[] }[] };
      const isEmpty = (values.meterValue[0]?.sampledValue.length ?? 0) === 0;
      return isEmpty ? undefined : host.send({ ...sample, isSample: true });
    }
    case 'ended': {
      const { idToken: idTag, ref } = fact.transaction;
      const payload = { idTag, meterStop: Math.round(wh), timestamp, reason: fact.reason };
      return host.send(call('StopTransaction', payload, ref));
    }
    case 'energised':
      return undefined;
  }
}

function storedProfile(host: ProtocolHost, evseId: number, wire: WireProfile): StoredProfile {
  const { chargingSchedule: schedule, transactionId } = wire;
  const running = host.model.evse(evseId)?.transaction;
  const isRunning = transactionId !== undefined && running?.remoteId === transactionId;
  const named = transactionId === undefined ? null : `other ${transactionId}`;
  return {
    ...storedTerms(wire, schedule),
    id: wire.chargingProfileId,
    evseId,
    purpose: PURPOSES[wire.chargingProfilePurpose],
    transactionId: isRunning && running ? running.ref : named,
  };
}

function getComposite(host: ProtocolHost, ask: GetCompositeScheduleRequest): Reply {
  const { connectorId, duration, chargingRateUnit } = ask;
  const asked = { evseId: connectorId, durationS: duration, unit: chargingRateUnit };
  return answerComposite(host, asked, (found) => ({
    connectorId,
    scheduleStart: isoFromMs(found.startMs),
    chargingSchedule: {
      duration,
      startSchedule: isoFromMs(found.startMs),
      chargingRateUnit: found.unit,
      chargingSchedulePeriod: found.periods,
    },
  }));
}

function startRemotely(host: ProtocolHost, ask: RemoteStartTransactionRequest): Reply {
  const { connectorId, idTag, chargingProfile } = ask;
  const evse = remoteStart(host, { evseId: connectorId, idToken: idTag, remoteStartId: null });
  if (evse === null) return ok({ status: 'Rejected' });
  return ok({ status: 'Accepted' }, () => {
    beginRemoteStart(host, evse);
    if (chargingProfile !== undefined && evse.transaction !== null) {
      const profile = storedProfile(host, evse.id, chargingProfile);
      applyProfile(host, { ...profile, transactionId: evse.transaction.ref }, '1.6');
    }
  });
}

function stopRemotely(host: ProtocolHost, transactionId: number): Reply {
  const { evses } = host.model.state;
  const evse = evses.find((candidate) => candidate.transaction?.remoteId === transactionId);
  if (evse === undefined) return ok({ status: 'Rejected' });
  return ok({ status: 'Accepted' }, () => host.stop(evse.id, 'Remote'));
}

function unlock(host: ProtocolHost, connectorId: number): Reply {
  if (host.model.evse(connectorId) === undefined) return ok({ status: 'NotSupported' });
  return ok({ status: 'Unlocked' }, () => host.stop(connectorId, 'UnlockCommand'));
}

function sendStatuses(host: ProtocolHost, evseId?: number): void {
  if (evseId === undefined || evseId === 0) {
    const payload = { connectorId: 0, errorCode: 'NoError', status: 'Available' };
    host.sendStatus('0', call('StatusNotification', payload));
  }
  for (const evse of host.model.state.evses) {
    if (evseId !== undefined && evse.id !== evseId) continue;
    host.sendStatus(String(evse.id), statusCall(evse, evse.asOfMs));
  }
}

function sendMeters(host: ProtocolHost, evseId?: number): void {
  for (const evse of host.model.state.evses) {
    if (evseId !== undefined && evseId !== 0 && evse.id !== evseId) continue;
    const reading = readingOf(evse);
    const txRef = evse.transaction?.ref ?? null;
    host.send(meterCall(host, { evseId: evse.id, reading, context: 'Trigger', txRef }));
  }
}

function trigger(host: ProtocolHost, ask: TriggerMessageRequest): Reply {
  const { connectorId, requestedMessage } = ask;
  if (connectorId !== undefined && connectorId !== 0 && !host.model.evse(connectorId)) {
    return ok({ status: 'Rejected' });
  }
  return answerTrigger(host, requestedMessage, {
    StatusNotification: () => sendStatuses(host, connectorId),
    MeterValues: () => sendMeters(host, connectorId),
  });
}

const HANDLERS: Handlers = {
  SetChargingProfile: (host, p: SetChargingProfileRequest) =>
    applyProfile(host, storedProfile(host, p.connectorId, p.csChargingProfiles), '1.6'),
  ClearChargingProfile: (host, p: ClearChargingProfileRequest) =>
    dropProfiles(host, {
      id: p.id,
      evseId: p.connectorId,
      purpose: p.chargingProfilePurpose && PURPOSES[p.chargingProfilePurpose],
      stackLevel: p.stackLevel,
    }),
  GetCompositeSchedule: getComposite,
  GetConfiguration: (host, p: GetConfigurationRequest) => ok(readConfig(host.config, p.key ?? [])),
  ChangeConfiguration: (host, p: ChangeConfigurationRequest) =>
    ok({ status: writeConfig(host, p.key, p.value) }),
  RemoteStartTransaction: startRemotely,
  RemoteStopTransaction: (host, p: RemoteStopTransactionRequest) =>
    stopRemotely(host, p.transactionId),
  TriggerMessage: trigger,
  Reset: (host, p: ResetRequest) =>
    ok({ status: 'Accepted' }, () => host.reset(p.type === 'Hard' ? 'HardReset' : 'SoftReset')),
  UnlockConnector: (host, p: UnlockConnectorRequest) => unlock(host, p.connectorId),
  ChangeAvailability: (host, p: ChangeAvailabilityRequest) =>
    setAvailability(host, p.connectorId, p.type === 'Operative'),
};

/** Fills in the transactionId that the back office gave since the call was queued. */
function complete(host: ProtocolHost, queued: QueuedCall): QueuedCall {
  if (queued.txRef === null || queued.action === 'StartTransaction') return queued;
  const transactionId = host.remoteIds[queued.txRef];
  // Errata 4.0 3.54: a stop whose start was never answered says −1; samples then say nothing.
  if (transactionId === undefined) {
    if (queued.action !== 'StopTransaction') return queued;
    return { ...queued, payload: { transactionId: -1, ...queued.payload } };
  }
  return { ...queued, payload: { ...queued.payload, transactionId } };
}

function onAnswer(host: ProtocolHost, queued: QueuedCall, payload: unknown): void {
  if (queued.txRef === null) return;
  if (queued.action === 'StopTransaction') delete host.remoteIds[queued.txRef];
  if (queued.action !== 'StartTransaction') return;
  const answer = payload as { transactionId?: number; idTagInfo?: { status?: string } };
  if (answer.transactionId !== undefined) host.remoteIds[queued.txRef] = answer.transactionId;
  const { evses } = host.model.state;
  const evse = evses.find((candidate) => candidate.transaction?.ref === queued.txRef);
  if (evse?.transaction == null) return;
  evse.transaction.remoteId = answer.transactionId ?? null;
  const stops = host.config['StopTransactionOnInvalidId'] !== 'false';
  if (answer.idTagInfo?.status !== 'Accepted' && stops) host.stop(evse.id, 'DeAuthorized');
}

/** protocolV16 speaks OCPP 1.6-J (edition 2, with errata 4.0) for one station. */
export function protocolV16(host: ProtocolHost): Protocol {
  return {
    ...sharedProtocol(host, HANDLERS),
    version: '1.6',
    subprotocol: 'ocpp1.6',
    heartbeatKey: 'HeartbeatInterval',
    boot: () =>
      call('BootNotification', {
        chargePointVendor: 'Valley',
        chargePointModel: 'Simulated',
        chargePointSerialNumber: host.stationId.slice(0, 25),
        firmwareVersion: 'sim-1',
        meterType: 'exact',
      }),
    authorize: (idToken) => call('Authorize', { idTag: idToken }),
    isAuthorised: (payload) =>
      (payload as { idTagInfo?: { status?: string } }).idTagInfo?.status === 'Accepted',
    onFact: (fact) => onFact(host, fact),
    onPlugged: () => undefined,
    complete: (queued) => complete(host, queued),
    onAnswer: (queued, payload) => onAnswer(host, queued, payload),
    statusAll: () => sendStatuses(host),
  };
}
