import type { ComparisonFigures, PolicyFigures } from './comparison-figures.ts';
import { COMPARED_GROUPS, type ComparedGroup } from './comparison.ts';
import { CHOSEN_MISSED_PCT } from './knob-choice.ts';

/** One table per group: a title with the denominators, then lines of cells. */
export type ComparisonTable = { title: string; head: string[]; lines: string[][] };

const POLICIES: Record<PolicyFigures['policy'], string> = {
  learned: 'learned: histories and the drivers’ words',
  learnedSilent: 'learned, histories only',
  learnedIfTold: 'experiment: learned, if every driver told his time ± 1 h',
  energyLearned: 'learned, and how much the car takes learned too',
  energyAssumed: 'learned, 30 kWh assumed, ten of them first',
  live: 'as Valley plans: energy learned, one knob for all',
  ownQuantile: 'rule: 10 % quantile of own, else of all past stays',
  fiveKwhFirst: 'rule: first 5 kWh at once, then until 07:00 (by day at once)',
  declaredLessHour: 'rule: the driver’s word less 1 h, else at once',
  declared: 'the driver’s word, else at once',
  ifToldLessHour: 'experiment: rule, told time ± 1 h less 1 h',
};
const GROUPS: Record<ComparedGroup, string> = {
  all: 'all tested stays',
  repeated: 'drivers with 3 or more past stays',
  declared: 'stays with a declaration',
};
const HEAD = [
  '', 'EUR/kWh missed', 'captured', 'energy missed', '> 1 kWh short', 'left by 10/50/90 %',
  'pinball', 'learned at no more missed',
];
const NONE = '–';

/** comparisonTables writes the comparison as text, each group with what its shares are of. */
export function comparisonTables(figures: ComparisonFigures): ComparisonTable[] {
  return COMPARED_GROUPS.flatMap((group) => {
    const it = figures.groups[group];
    if (it === null) return [{ title: `${GROUPS[group]}: none in these data`, head: [], lines: [] }];
    const title = `${GROUPS[group]}: ${it.sessions} stays, ${it.energyKwh.toFixed(0)} kWh, `
      + `EUR ${it.foresightEur.toFixed(2)} to save by one who knew every departure`;
    return [{ title, head: HEAD, lines: it.policies.map((policy) => lineOf(policy)) }];
  });
}

/** comparisonNote says what was learned from, what was tested and how the knob was chosen. */
export function comparisonNote(figures: ComparisonFigures): string {
  const { trained, tuned, tested, skipped, isNeverWorse } = figures;
  const { energyTookFirstPct: first, energyWithinTargetPct: within } = figures;
  const share = (value: number | null) => (value === null ? NONE : `${value.toFixed(0)} %`);
  return `${trained} stays learned from, then ${tuned} to begin to choose EUR per kWh missed (the `
    + `most captured at ≤ ${CHOSEN_MISSED_PCT} % missed, of all stays that have ended; shown is the `
    + `last), then ${tested} tested; learning and choosing go on; ${skipped} left out (a price is `
    + `missing, or energy, time or power is 0).\nThe first lines know how much the car takes; where `
    + `it is learned, ${share(first)} took at least what came first (90 % meant), ${share(within)} `
    + `no more than the first target (80 % meant).\nLearned is ${isNeverWorse ? 'never' : 'SOMEWHERE'} worse than a rule at no more energy `
    + 'missed.';
}

function lineOf(it: PolicyFigures): string[] {
  const percent = (value: number | null, digits: number) =>
    value === null ? NONE : `${value.toFixed(digits)} %`;
  return [
    POLICIES[it.policy],
    it.knobEurPerKwh === null ? NONE : String(it.knobEurPerKwh),
    percent(it.capturePct, 1),
    percent(it.missedPct, 2),
    percent(it.shortByOneKwhPct, 1),
    it.coveragePct === null ? NONE : it.coveragePct.map((one) => one.toFixed(0)).join('/'),
    it.pinballMin === null ? NONE : `${it.pinballMin.toFixed(0)} min`,
    percent(it.learnerAtNoMoreMissedPct, 1),
  ];
}
