import { type Car, freshCarState } from './car.ts';
import type { StoredProfile } from './charging-profiles.ts';
import {
  type EvseState,
  type EvseStatus,
  type Reading,
  type SamplingState,
  type Transaction,
  integrate,
  isEnergised,
  nextEventMs,
  readingOf,
  refresh,
} from './evse.ts';

/** Words of OCPP 2.0.1's ReasonEnumType; 1.6 spells some of them otherwise. */
export type StopReason =
  | 'EVDisconnected'
  | 'Local'
  | 'Remote'
  | 'DeAuthorized'
  | 'SoftReset'
  | 'HardReset'
  | 'UnlockCommand';

/** What happened at an exact instant; the protocol turns it into messages. */
export type Fact = { evse: EvseState; reading: Reading } & (
  | { type: 'status'; status: EvseStatus }
  | { type: 'started' | 'energised'; transaction: Transaction }
  | { type: 'sample'; transaction: Transaction; context: 'Sample.Periodic' | 'Sample.Clock' }
  | { type: 'ended'; transaction: Transaction; reason: StopReason }
);

export type ModelState = {
  evses: EvseState[];
  profiles: StoredProfile[];
  sampling: SamplingState;
};

export type PlugIn = {
  evseId: number;
  car: Car;
  idToken: string;
  atMs: number;
  departAtMs: number | null;
};

/**
 * The physical station: cars, contactors, meters and the limits on them. It knows no messages and
 * no real time; `advanceTo` processes every event up to an instant in order, at its exact time.
 */
export class StationModel {
  readonly state: ModelState;
  readonly #emit: (fact: Fact) => void;

  constructor(state: ModelState, emit: (fact: Fact) => void) {
    this.state = state;
    this.#emit = emit;
  }

  evse(evseId: number): EvseState | undefined {
    return this.state.evses.find((evse) => evse.id === evseId);
  }

  nextEventMs(): number {
    const options = { ...this.state.sampling, sharers: this.#sharers() };
    const own = (evse: EvseState) => nextEventMs(evse, this.state.profiles, options);
    return Math.min(...this.state.evses.map(own));
  }

  advanceTo(toMs: number): void {
    for (let next = this.nextEventMs(); next <= toMs; next = this.nextEventMs()) this.#step(next);
    for (const evse of this.state.evses) integrate(evse, toMs);
  }

  /** Connects a car; the EVSE waits for the card. False where something is plugged in already. */
  plugIn(plugIn: PlugIn): boolean {
    const evse = this.evse(plugIn.evseId);
    if (evse === undefined || evse.plug !== null) return false;
    this.#rewind(evse, plugIn.atMs);
    evse.finished = false;
    evse.plug = {
      car: plugIn.car,
      carState: freshCarState(),
      pluggedAtMs: evse.asOfMs,
      departAtMs: plugIn.departAtMs,
      idToken: plugIn.idToken,
      authorisation: 'pending',
    };
    evse.fixedUntilMs = evse.asOfMs;
    this.#refresh(evse);
    return true;
  }

  /** Opens a transaction, which may begin before now as long as no power has flowed since. */
  begin(evseId: number, transaction: Transaction): boolean {
    const evse = this.evse(evseId);
    if (evse === undefined || evse.plug === null || evse.transaction !== null) return false;
    this.#rewind(evse, transaction.startedAtMs);
    evse.transaction = { ...transaction, startedAtMs: evse.asOfMs };
    if (transaction.energised) evse.plug.authorisation = 'accepted';
    evse.finished = false;
    evse.fixedUntilMs = evse.asOfMs;
    this.#emitTransaction(evse, 'started');
    this.#refreshAll(evse.asOfMs);
    return true;
  }

  /** Lets power flow in an open transaction from `atMs` on (2.0.1, started before the card). */
  energise(evseId: number, atMs: number): void {
    const evse = this.evse(evseId);
    if (evse?.plug == null || evse.transaction?.energised !== false) return;
    this.#rewind(evse, atMs);
    evse.plug.authorisation = 'accepted';
    evse.transaction.energised = true;
    this.#emitTransaction(evse, 'energised');
    this.#refreshAll(evse.asOfMs);
  }

  end(evseId: number, reason: StopReason): void {
    const evse = this.evse(evseId);
    if (evse === undefined || evse.transaction === null) return;
    const { transaction } = evse;
    const reading = { ...readingOf(evse), powerW: 0 };
    evse.transaction = null;
    evse.finished = evse.plug !== null;
    evse.fixedUntilMs = evse.asOfMs;
    this.state.profiles = this.state.profiles.filter(
      (p) => p.purpose !== 'Tx' || p.evseId !== evseId,
    );
    if (evse.inoperativeAfter) evse.operative = false;
    evse.inoperativeAfter = false;
    this.#emit({ type: 'ended', evse, reading, transaction, reason });
    this.#refreshAll(evse.asOfMs);
  }

  plugOut(evseId: number): void {
    const evse = this.evse(evseId);
    if (evse === undefined || evse.plug === null) return;
    this.end(evseId, 'EVDisconnected');
    evse.plug = null;
    evse.finished = false;
    evse.fixedUntilMs = evse.asOfMs;
    this.#refresh(evse);
  }

  setProfiles(profiles: StoredProfile[]): void {
    this.state.profiles = profiles;
    for (const evse of this.state.evses) this.#refresh(evse);
  }

  /** Re-derives every status after the caller changed a field such as `operative`. */
  refresh(): void {
    for (const evse of this.state.evses) this.#refresh(evse);
  }

  #step(atMs: number): void {
    const due = this.state.evses.filter((evse) => this.#nextOf(evse) === atMs);
    for (const evse of this.state.evses) integrate(evse, atMs);
    for (const evse of due) {
      this.#emitSamples(evse, atMs);
      const { plug } = evse;
      const leaves = plug?.authorisation === 'pending' ? null : (plug?.departAtMs ?? null);
      if (leaves !== null && leaves <= atMs) this.plugOut(evse.id);
      else this.#refresh(evse);
    }
  }

  #nextOf(evse: EvseState): number {
    const options = { ...this.state.sampling, sharers: this.#sharers() };
    return nextEventMs(evse, this.state.profiles, options);
  }

  // The reading at a boundary describes the stretch that ends there, so samples go before changes.
  #emitSamples(evse: EvseState, atMs: number): void {
    const { transaction } = evse;
    if (transaction === null || !transaction.energised || atMs <= transaction.startedAtMs) return;
    const { sampleS, alignedS } = this.state.sampling;
    const base = { type: 'sample', evse, transaction } as const;
    if (alignedS > 0 && atMs % (alignedS * 1000) === 0) {
      this.#emit({ ...base, reading: readingOf(evse), context: 'Sample.Clock' });
    }
    if (sampleS > 0 && (atMs - transaction.startedAtMs) % (sampleS * 1000) === 0) {
      this.#emit({ ...base, reading: readingOf(evse), context: 'Sample.Periodic' });
    }
  }

  #emitTransaction(evse: EvseState, type: 'started' | 'energised'): void {
    if (evse.transaction === null) return;
    this.#emit({ type, evse, reading: readingOf(evse), transaction: evse.transaction });
  }

  // Messages take real time, which a fast clock stretches: a plug-in or a card's answer takes
  // effect at its own instant, as long as the EVSE delivered nothing since.
  #rewind(evse: EvseState, atMs: number): void {
    if (isEnergised(evse)) return;
    evse.asOfMs = Math.max(atMs, evse.fixedUntilMs);
  }

  #refreshAll(atMs: number): void {
    for (const evse of this.state.evses) {
      integrate(evse, atMs);
      this.#refresh(evse);
    }
  }

  #refresh(evse: EvseState): void {
    if (!refresh(evse, this.state.profiles, this.#sharers())) return;
    this.#emit({ type: 'status', evse, reading: readingOf(evse), status: evse.status });
  }

  #sharers(): number {
    return this.state.evses.filter(isEnergised).length;
  }
}
