type Notice = { kind: string; subject: string | null; detail: string | null };
type Advice = { what: string; todo: string };

const GUARD_KEY = 'If nobody of yours did this, look at the station and make a new key for it.';
const LOOK = 'Look at the station; if it stays, ask its maker.';

const advice: Readonly<Record<string, (notice: Notice) => Advice>> = {
  STATUS: ({ subject }) => ({
    what: `A connector reports a fault: ${subject ?? 'unknown'}.`,
    todo: 'If it stays, send somebody. It leaves this list once the station reports no fault.',
  }),
  DUPLICATE_IDENTITY: ({ subject }) => ({
    what: `A second machine came with this station’s name and key, from ${subject ?? 'an unknown address'}.`,
    todo: 'Two stations may be set to one name: give each its own. Else make a new key.',
  }),
  COMPOSITE_DIFFERS: () => ({
    what: 'The limits the station says it follows are not those it accepted.',
    todo: 'Once is no harm: only what the meter shows is paid for. If it stays, ask its maker.',
  }),
  DEVICE_EVENT: ({ subject }) => ({
    what: `The station raises an alert: ${subject ?? 'unknown'}.`,
    todo: LOOK,
  }),
  UNKNOWN_TRANSACTION: ({ subject, detail }) => ({
    what: `${subject ?? 'A message'} for transaction ${detail ?? 'without a number'}, which never began here.`,
    todo: 'Its energy counts for nobody. Look in the station’s own log whose it was, then mark it as done.',
  }),
  UNREADABLE: ({ subject, detail }) => ({
    what: `${subject ?? 'A message'} for transaction ${detail ?? 'without a number'} could not be read in full.`,
    todo: 'What could be read was stored. Report it to the station’s maker, then mark it as done.',
  }),
  PLANNING_FAILED: () => ({
    what: 'The cars below a shared limit could not be planned together. The limit is still kept.',
    todo: 'The last plans stay in force, new cars get 6 A at most, and it is tried again each minute. If new cars stay slow, report it to who runs Valley.',
  }),
  UNSETTLED: ({ subject }) => ({
    what: `A stay here is not settled: ${unsettledWhy(subject ?? '')}`,
    todo: 'Nobody’s money changed. Settle it again; if it comes back, report these words to who runs Valley.',
  }),
  TamperDetectionActivated: () => ({
    what: 'Somebody opened or moved the station.',
    todo: GUARD_KEY,
  }),
  ReconfigurationOfSecurityParameters: () => ({
    what: 'The station’s security settings were changed.',
    todo: GUARD_KEY,
  }),
  SecurityLogWasCleared: () => ({
    what: 'The station’s security log was cleared.',
    todo: GUARD_KEY,
  }),
  InvalidFirmwareSignature: () => ({
    what: 'The station was offered firmware with a wrong signature.',
    todo: GUARD_KEY,
  }),
  MemoryExhaustion: () => ({ what: 'The station’s memory is full.', todo: LOOK }),
};

function unsettledWhy(reason: string): string {
  const rule = /^refused by (.+)$/.exec(reason)?.[1];
  if (rule !== undefined) return `the books refuse it by their rule ${rule}.`;
  return `its facts contradict each other (${reason.replace(/^cannot be settled: /, '')}).`;
}

/** adviceFor says what happened and what to do about it. */
export function adviceFor(notice: Notice): Advice {
  const known = advice[notice.kind];
  if (known !== undefined) return known(notice);
  return { what: `The station reports: ${notice.kind}.`, todo: GUARD_KEY };
}

/** The sentences around what needs a person. */
export const noticeWords = {
  title: 'What needs you',
  empty: 'Nothing needs you.',
  emptyHint: 'Faults, alarms, messages that fit nowhere and stays that cannot be settled appear here.',
  severity: { WARNING: 'Attention', SECURITY: 'Security' },
  place: (stationId: string, evseId: string) => `${stationId}, charging point ${evseId}`,
  times: (count: string) => `told ${count} times, last`,
  detail: (text: string) => `The station adds: ${text}`,
  resolve: 'Done',
  settleAgain: 'Settle again',
  settleAgainHint: (place: string) => `Settle the stay again: ${place}`,
  resolveHint: (what: string, place: string) => `Mark as done: ${what} ${place}`,
  older: 'Show older ones',
} as const;
