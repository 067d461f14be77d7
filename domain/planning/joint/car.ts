import { energyFromPower, type MilliWh } from '../../units/energy.ts';
import { ONE_PHASE_MOST_W, type PlanningFacts } from '../plan-session.ts';
import { AMPERE_W, LEAST_W, loadOfTold } from './tree.ts';

/** What a car takes of what is allowed to it, and what that is as load. */
export type Car = {
  /** Highest load that is of use to it: whole amperes. */
  mostW: number;
  /** Highest load its EVSE can make. */
  ratedW: number;
  /** What it draws at `mostW`, watts. */
  drawsW: number;
  /** Watts told to its EVSE per watt of load. */
  toldShare: number;
  /** Load that one drawn watt is: 3 where it may be on one phase only. */
  loadShare: 1 | 3;
};

const PHASE_VOLT = 230;
/** A car measured this little above a whole ampere draws that ampere. */
const AMPERE_SLACK = 0.25;

/** carOf reads a session's car off its facts: amperes per phase, and on how many phases. */
export function carOf(facts: PlanningFacts): Car {
  const ratedW = loadOfTold(facts, facts.ratedPowerW);
  const powerW = Math.min(facts.ratedPowerW, facts.carPowerW ?? facts.ratedPowerW);
  const isWeak = facts.carPowerW !== null && powerW <= ONE_PHASE_MOST_W;
  const isOnePhase = facts.phases === 1 || (isWeak && facts.previous?.isThreePhase !== true);
  const perAmpereW = PHASE_VOLT * (isOnePhase ? 1 : 3);
  const useful = Math.max(6, Math.ceil(powerW / perAmpereW - AMPERE_SLACK));
  const amperes = Math.min(Math.floor(ratedW / AMPERE_W), useful);
  return {
    mostW: amperes * AMPERE_W >= LEAST_W ? amperes * AMPERE_W : 0,
    ratedW,
    drawsW: Math.min(powerW, amperes * perAmpereW),
    toldShare: facts.phases / 3,
    loadShare: isOnePhase ? 3 : 1,
  };
}

/** drawnAt is what a car draws where `loadW` is reserved for it, whole watts. */
export function drawnAt(car: Car, loadW: number): number {
  if (loadW <= 0 || car.mostW === 0) return 0;
  return Math.min(car.drawsW, Math.floor((Math.min(loadW, car.mostW) * car.drawsW) / car.mostW + 1e-6));
}

export function energyAt(car: Car, loadW: number, seconds: number): MilliWh {
  return energyFromPower(drawnAt(car, loadW), seconds);
}

/** loadFor is the load in whole amperes at which a car takes an energy within so many seconds. */
export function loadFor(car: Car, energyMilliWh: MilliWh, seconds: number): number {
  if (car.drawsW === 0) return 0;
  const drawnW = (energyMilliWh * 36) / (seconds * 10);
  return Math.ceil((drawnW * car.mostW) / car.drawsW / AMPERE_W - 1e-6) * AMPERE_W;
}
