import type { TimelineEntry } from '#domain/charging/timeline.ts';
import { clockTime, dayName } from '../_client/format.ts';
import { storyWords } from './story-words.ts';
import { lineOf } from './story-lines.ts';

type StoryProps = { entries: readonly TimelineEntry[]; zone: string; now: number };

/** The story of a stay, newest first: when, what happened, what it changed. */
export function StayStory({ entries, zone, now }: StoryProps) {
  if (entries.length === 0) return <p className="text-soft">{storyWords.empty}</p>;
  return (
    <ol className="flex flex-col">
      {entries.toReversed().map((entry, index) => {
        const { title, details } = lineOf(entry, { zone, now });
        return (
          <li
            // Entries of one stay are only ever added; from the end the place is its name.
            key={`${entry.kind} ${entry.at} ${entries.length - index}`}
            className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 border-t border-line py-2 first:border-t-0"
          >
            <span className="text-sm text-soft tabular-nums">
              <span className="block font-semibold text-ink">{clockTime(entry.at, zone)}</span>
              {dayName(entry.at, zone)}
            </span>
            <span>
              <span className="block font-medium">{title}</span>
              {details.map((detail) => (
                <span key={detail} className="hint block">
                  {detail}
                </span>
              ))}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
