import type { PlanChange, TimelineEntry } from '#domain/charging/timeline.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { eur, kwh, whenTime } from '../_client/format.ts';
import { storyWords } from './story-words.ts';

const w = storyWords;

/** lineOf is an entry of a stay's story in words: what happened, and what it changed. */
export function lineOf(
  entry: TimelineEntry,
  { zone, now }: { zone: string; now: InstantS },
): { title: string; details: string[] } {
  const when = (at: InstantS) => whenTime(at, now, zone);
  switch (entry.kind) {
    case 'PLAN': {
      const title = w.reasons[entry.reason];
      const answer = entry.answer === null ? [] : [w.answers[entry.answer.state]];
      const changes = entry.changes.map((change) => changeSentence(change, when));
      return { title, details: [...changes, ...answer, w.version(String(entry.version))] };
    }
    case 'WISH': {
      const { source, readyByAt, energyMilliWh } = entry;
      const asked = source === 'HISTORY' ? w.usually : w.readyBy;
      const time = readyByAt === null ? w.noTime : asked(when(readyByAt));
      const energy = energyMilliWh === null ? [] : [w.energy(kwh(energyMilliWh))];
      const title = source === null ? w.noWish : w.wishes[source];
      return { title, details: [time, ...energy] };
    }
    case 'PRIORITY_ON':
    case 'PRIORITY_OFF':
      return { title: w[entry.kind][entry.by], details: [] };
    case 'PLUG_IN':
    case 'PLUG_OUT':
      return { title: w[entry.kind], details: [] };
  }
}

function changeSentence(change: PlanChange, when: (at: InstantS) => string): string {
  const { changes } = w;
  switch (change.key) {
    case 'READY':
      if (change.at === null) return changes.readyGone;
      return change.before === null
        ? changes.readyFirst(when(change.at))
        : changes.readyMoved(when(change.at), when(change.before));
    case 'NEXT':
      return changes.next(when(change.at));
    case 'CASHBACK':
      return changes.cashback(eur(change.micro), eur(change.before));
    case 'MISSING':
      return changes.missing(kwh(change.energyMilliWh));
    case 'TARGET':
      return changes.target(kwh(change.energyMilliWh), kwh(change.before));
    case 'NOTHING':
      return changes.nothing;
  }
}
