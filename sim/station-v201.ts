import { randomUUID } from 'node:crypto';
import type {
  ChangeAvailabilityRequest,
  ChargingProfileType,
  ClearChargingProfileRequest,
  GetBaseReportRequest,
  GetCompositeScheduleRequest,
  GetVariablesRequest,
  RequestStartTransactionRequest,
  RequestStopTransactionRequest,
  ResetRequest,
  SetChargingProfileRequest,
  SetVariablesRequest,
  TriggerMessageRequest,
  UnlockConnectorRequest,
} from 'typed-ocpp/dist/ocpp20/types.js';
import type { StoredProfile } from './charging-profiles.ts';
import { eventsOf, idTokenOf, meterValue, outgoing, transactionEvent } from './events-v201.ts';
import { type EvseState, readingOf } from './evse.ts';
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
import {
  type Handlers,
  answerComposite,
  answerTrigger,
  sharedProtocol,
  storedTerms,
} from './requests.ts';
import type { Fact } from './station-model.ts';
import { getVariables, reportData, setVariables } from './variables-v201.ts';

const PURPOSES = {
  ChargingStationMaxProfile: 'StationMax',
  TxDefaultProfile: 'TxDefault',
  TxProfile: 'Tx',
} as const;
// NotifyReport must stay below the frame size that small stations can send.
const REPORT_ENTRIES = 10;

function connectorStatus(evse: EvseState): 'Available' | 'Unavailable' | 'Occupied' {
  if (evse.status === 'Available' || evse.status === 'Unavailable') return evse.status;
  return 'Occupied';
}

function statusCall(evse: EvseState, atMs: number): Outgoing {
  return outgoing('StatusNotification', {
    timestamp: isoFromMs(atMs),
    connectorStatus: connectorStatus(evse),
    evseId: evse.id,
    connectorId: 1,
  });
}

function chosen(host: ProtocolHost, evseId: number | undefined): EvseState[] {
  return host.model.state.evses.filter((evse) => !evseId || evse.id === evseId);
}

function sendStatuses(host: ProtocolHost, evseId?: number): void {
  for (const evse of chosen(host, evseId)) {
    host.sendStatus(String(evse.id), statusCall(evse, evse.asOfMs));
  }
}

function storedProfile(evseId: number, wire: ChargingProfileType): StoredProfile | null {
  const [schedule] = wire.chargingSchedule;
  if (schedule === undefined) return null;
  if (wire.chargingProfilePurpose === 'ChargingStationExternalConstraints') return null;
  return {
    ...storedTerms(wire, schedule),
    id: wire.id,
    evseId,
    purpose: PURPOSES[wire.chargingProfilePurpose],
    transactionId: wire.transactionId ?? null,
  };
}

function setChargingProfile(host: ProtocolHost, ask: SetChargingProfileRequest): Reply {
  const profile = storedProfile(ask.evseId, ask.chargingProfile);
  return profile === null ? ok({ status: 'Rejected' }) : applyProfile(host, profile, '2.0.1');
}

function clearChargingProfile(host: ProtocolHost, ask: ClearChargingProfileRequest): Reply {
  const { evseId, chargingProfilePurpose, stackLevel } = ask.chargingProfileCriteria ?? {};
  if (chargingProfilePurpose === 'ChargingStationExternalConstraints') {
    return ok({ status: 'Unknown' });
  }
  const purpose = chargingProfilePurpose && PURPOSES[chargingProfilePurpose];
  return dropProfiles(host, { id: ask.chargingProfileId, evseId, purpose, stackLevel });
}

function getComposite(host: ProtocolHost, ask: GetCompositeScheduleRequest): Reply {
  const { evseId, duration, chargingRateUnit: unit } = ask;
  return answerComposite(host, { evseId, durationS: duration, unit }, (found) => ({
    schedule: {
      evseId,
      duration,
      scheduleStart: isoFromMs(found.startMs),
      chargingRateUnit: found.unit,
      chargingSchedulePeriod: found.periods,
    },
  }));
}

function startRemotely(host: ProtocolHost, ask: RequestStartTransactionRequest): Reply {
  const { evseId, remoteStartId, chargingProfile } = ask;
  const running = chosen(host, evseId).find((evse) => evse.transaction?.energised === false);
  const asked = { evseId, idToken: ask.idToken.idToken, remoteStartId };
  const evse = running ?? remoteStart(host, asked);
  if (evse === null) return ok({ status: 'Rejected' });
  evse.remoteStart = { idToken: asked.idToken, remoteStartId };
  const transactionId = evse.transaction?.ref;
  const payload = transactionId === undefined ? {} : { transactionId };
  return ok({ status: 'Accepted', ...payload }, () => {
    beginRemoteStart(host, evse);
    const profile = chargingProfile && storedProfile(evse.id, chargingProfile);
    if (!profile || evse.transaction === null) return;
    applyProfile(host, { ...profile, transactionId: evse.transaction.ref }, '2.0.1');
  });
}

function stopRemotely(host: ProtocolHost, ask: RequestStopTransactionRequest): Reply {
  const { evses } = host.model.state;
  const evse = evses.find((candidate) => candidate.transaction?.ref === ask.transactionId);
  if (evse === undefined) return ok({ status: 'Rejected' });
  return ok({ status: 'Accepted' }, () => host.stop(evse.id, 'Remote'));
}

function sendReport(host: ProtocolHost, requestId: number): void {
  const data = reportData(host);
  const generatedAt = isoFromMs(host.now());
  for (let from = 0, seqNo = 0; from < data.length; from += REPORT_ENTRIES, seqNo += 1) {
    const part = data.slice(from, from + REPORT_ENTRIES);
    const tbc = from + REPORT_ENTRIES < data.length;
    host.send(
      outgoing('NotifyReport', { requestId, generatedAt, seqNo, tbc, reportData: part }),
    );
  }
}

function sendMeters(host: ProtocolHost, evseId?: number): void {
  for (const evse of chosen(host, evseId)) {
    const value = meterValue(host, readingOf(evse), 'Trigger');
    host.send(outgoing('MeterValues', { evseId: evse.id, meterValue: [value] }));
  }
}

function sendTransactions(host: ProtocolHost, evseId?: number): void {
  for (const evse of chosen(host, evseId)) {
    const { transaction } = evse;
    if (transaction === null) continue;
    const reading = readingOf(evse);
    host.send(
      transactionEvent(host, {
        eventType: 'Updated',
        triggerReason: 'Trigger',
        evse,
        transaction,
        reading,
        context: 'Trigger',
      }),
    );
  }
}

function trigger(host: ProtocolHost, ask: TriggerMessageRequest): Reply {
  const evseId = ask.evse?.id;
  if (evseId && host.model.evse(evseId) === undefined) return ok({ status: 'Rejected' });
  return answerTrigger(host, ask.requestedMessage, {
    StatusNotification: () => sendStatuses(host, evseId),
    MeterValues: () => sendMeters(host, evseId),
    TransactionEvent: () => sendTransactions(host, evseId),
  });
}

function unlock(host: ProtocolHost, ask: UnlockConnectorRequest): Reply {
  const evse = host.model.evse(ask.evseId);
  if (evse === undefined) return ok({ status: 'UnknownConnector' });
  const busy = evse.transaction?.energised === true;
  return ok({ status: busy ? 'OngoingAuthorizedTransaction' : 'Unlocked' });
}

function reset(host: ProtocolHost, ask: ResetRequest): Reply {
  // A reset of one EVSE and one that waits for idle are optional (B11, B12).
  if (ask.evseId !== undefined) return ok({ status: 'Rejected' });
  const busy = host.model.state.evses.some((evse) => evse.transaction !== null);
  if (ask.type === 'OnIdle' && busy) return ok({ status: 'Rejected' });
  return ok({ status: 'Accepted' }, () => host.reset('HardReset'));
}

const HANDLERS: Handlers = {
  SetChargingProfile: setChargingProfile,
  ClearChargingProfile: clearChargingProfile,
  GetCompositeSchedule: getComposite,
  GetVariables: (host, p: GetVariablesRequest) => ok(getVariables(host, p)),
  SetVariables: (host, p: SetVariablesRequest) => ok(setVariables(host, p)),
  GetBaseReport: (host, p: GetBaseReportRequest) =>
    ok({ status: 'Accepted' }, () => sendReport(host, p.requestId)),
  RequestStartTransaction: startRemotely,
  RequestStopTransaction: stopRemotely,
  TriggerMessage: trigger,
  Reset: reset,
  UnlockConnector: unlock,
  ChangeAvailability: (host, p: ChangeAvailabilityRequest) =>
    setAvailability(host, p.evse?.id ?? 0, p.operationalStatus === 'Operative'),
};

function onAnswer(host: ProtocolHost, queued: QueuedCall, payload: unknown): void {
  const { idTokenInfo } = payload as { idTokenInfo?: { status?: string } };
  if (idTokenInfo === undefined || idTokenInfo.status === 'Accepted') return;
  if (host.config['TxCtrlr/StopTxOnInvalidId'] === 'false') return;
  const { evses } = host.model.state;
  const evse = evses.find((candidate) => candidate.transaction?.ref === queued.txRef);
  if (evse !== undefined) host.stop(evse.id, 'DeAuthorized');
}

function beginAtPlugIn(host: ProtocolHost, evseId: number): void {
  const plug = host.model.evse(evseId)?.plug;
  if (host.quirks.txStartPoint !== 'EVConnected' || !plug) return;
  host.model.begin(evseId, {
    ref: randomUUID(),
    remoteId: null,
    idToken: plug.idToken,
    startedAtMs: plug.pluggedAtMs,
    energised: false,
    seqNo: 0,
    remoteStartId: null,
  });
}

/** protocolV201 speaks OCPP 2.0.1 (core and smart charging) for one station. */
export function protocolV201(host: ProtocolHost): Protocol {
  const sent = new Map<number, string>();
  return {
    ...sharedProtocol(host, HANDLERS),
    version: '2.0.1',
    subprotocol: 'ocpp2.0.1',
    heartbeatKey: 'OCPPCommCtrlr/HeartbeatInterval',
    boot: (reason) =>
      outgoing('BootNotification', {
        reason,
        chargingStation: {
          vendorName: 'Valley',
          model: 'Simulated',
          serialNumber: host.stationId.slice(0, 25),
          firmwareVersion: 'sim-1',
        },
      }),
    authorize: (idToken) => outgoing('Authorize', { idToken: idTokenOf(idToken) }),
    isAuthorised: (payload) =>
      (payload as { idTokenInfo?: { status?: string } }).idTokenInfo?.status === 'Accepted',
    onFact(fact: Fact) {
      const status = connectorStatus(fact.evse);
      if (fact.type === 'status' && sent.get(fact.evse.id) !== status) {
        sent.set(fact.evse.id, status);
        host.sendStatus(String(fact.evse.id), statusCall(fact.evse, fact.reading.atMs));
      }
      for (const event of eventsOf(host, fact)) host.send(event);
    },
    onPlugged: (evseId) => beginAtPlugIn(host, evseId),
    complete: (queued) => queued,
    onAnswer: (queued, payload) => onAnswer(host, queued, payload),
    statusAll: () => sendStatuses(host),
  };
}
