import type { StoredProfile } from './charging-profiles.ts';
import { composite, ok } from './limits.ts';
import type { Reply } from './link.ts';
import { type Protocol, type ProtocolHost, msFromIso } from './protocol.ts';

// What both OCPP versions do alike; each version's file holds only its own spelling.

/** How one version answers each request, by its action. */
export type Handlers = Readonly<Record<string, (host: ProtocolHost, payload: never) => Reply>>;

/** sharedProtocol answers the back office's requests by `handlers` and reads its answer to a boot. */
export function sharedProtocol(
  host: ProtocolHost,
  handlers: Handlers,
): Pick<Protocol, 'onRequest' | 'bootAnswer'> {
  const all: Handlers = {
    ClearCache: () => ok({ status: 'Accepted' }),
    DataTransfer: () => ok({ status: 'UnknownVendorId' }),
    ...handlers,
  };
  return {
    onRequest(action, payload) {
      // Payloads have passed the official schema before they come here.
      const handler = all[action] as
        | ((host: ProtocolHost, payload: unknown) => Reply)
        | undefined;
      if (handler !== undefined) return handler(host, payload);
      return { type: 'error', code: 'NotSupported', description: `${action} is not supported` };
    },
    bootAnswer(payload) {
      const answer = payload as { status: string; interval: number; currentTime: string };
      return {
        status: answer.status,
        intervalS: answer.interval,
        currentTimeMs: Date.parse(answer.currentTime),
      };
    },
  };
}

type WireProfile = {
  stackLevel: number;
  chargingProfileKind: StoredProfile['kind'];
  recurrencyKind?: StoredProfile['recurrency'];
  validFrom?: string;
  validTo?: string;
};
type WireSchedule = {
  startSchedule?: string;
  duration?: number;
  chargingRateUnit: StoredProfile['schedule']['unit'];
  chargingSchedulePeriod: { startPeriod: number; limit: number; numberPhases?: number }[];
};

/** storedTerms keeps of a profile what both versions spell alike. */
export function storedTerms(
  wire: WireProfile,
  schedule: WireSchedule,
): Omit<StoredProfile, 'id' | 'evseId' | 'purpose' | 'transactionId'> {
  return {
    stackLevel: wire.stackLevel,
    kind: wire.chargingProfileKind,
    recurrency: wire.recurrencyKind ?? null,
    validFromMs: msFromIso(wire.validFrom),
    validToMs: msFromIso(wire.validTo),
    schedule: {
      startMs: msFromIso(schedule.startSchedule),
      durationS: schedule.duration ?? null,
      unit: schedule.chargingRateUnit,
      periods: schedule.chargingSchedulePeriod.map((period) => ({
        startS: period.startPeriod,
        limit: period.limit,
        phases: period.numberPhases === 1 || period.numberPhases === 2 ? period.numberPhases : 3,
      })),
    },
  };
}

/** answerComposite answers with what is in force, spelled by `spell`, where the model can say it. */
export function answerComposite(
  host: ProtocolHost,
  ask: Parameters<typeof composite>[1],
  spell: (found: NonNullable<ReturnType<typeof composite>>) => object,
): Reply {
  if (host.quirks.noComposite === true) {
    return { type: 'error', code: 'NotSupported', description: 'no composite schedule' };
  }
  const found = composite(host, ask);
  if (found === null || found.periods.length === 0) return ok({ status: 'Rejected' });
  return ok({ status: 'Accepted', ...spell(found) });
}

/** answerTrigger sends what was asked for after saying yes; `then` is the version's own messages. */
export function answerTrigger(
  host: ProtocolHost,
  requestedMessage: string,
  then: Readonly<Record<string, () => void>>,
): Reply {
  const send = { BootNotification: host.boot, Heartbeat: host.heartbeat, ...then }[
    requestedMessage
  ];
  return send === undefined ? ok({ status: 'NotImplemented' }) : ok({ status: 'Accepted' }, send);
}
