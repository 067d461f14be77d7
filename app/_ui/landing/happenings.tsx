'use client';

import { useState } from 'react';
import { clockTime, kw } from '../../_client/format.ts';
import { sentenceOf } from '../../_client/plain-error.ts';
import { trpc } from '../../_client/trpc.ts';
import { Button } from '../button.tsx';
import { landing } from './landing-words.ts';

type Happening = { key: string; label: string; run: () => Promise<string> };

/** Buttons that make things happen in the demo's street, with what came of them. */
export function Happenings({ zone }: { zone: string }) {
  const [asking, setAsking] = useState<string | null>(null);
  const [said, setSaid] = useState<{ text: string; isWrong: boolean } | null>(null);
  const happenings: Happening[] = [
    {
      key: 'plug-in', label: landing.plugIn,
      run: async () => {
        const { stationId, isDriver } = await trpc.demo.plugIn.mutate();
        return isDriver ? landing.pluggedDriver(stationId) : landing.pluggedOther(stationId);
      },
    },
    {
      key: 'spike', label: landing.spike,
      run: async () => {
        const { fromAt, toAt } = await trpc.demo.spike.mutate();
        return landing.spiked(clockTime(fromAt, zone), clockTime(toAt, zone));
      },
    },
    {
      key: 'congest', label: landing.congest,
      run: async () => {
        const { site, limitW, toAt } = await trpc.demo.congest.mutate();
        return landing.congested(site, kw(limitW), clockTime(toAt, zone));
      },
    },
  ];
  const ask = async ({ key, run }: Happening) => {
    if (asking !== null) return;
    setAsking(key);
    try {
      setSaid({ text: await run(), isWrong: false });
    } catch (error) {
      setSaid({ text: sentenceOf(error), isWrong: true });
    }
    setAsking(null);
  };
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="happenings">
      <h2 id="happenings" className="text-lg font-semibold">
        {landing.happeningsTitle}
      </h2>
      <p className="hint">{landing.happeningsHint}</p>
      <div className="flex flex-wrap gap-2">
        {happenings.map((happening) => (
          <Button
            key={happening.key}
            off={asking !== null}
            busy={asking === happening.key}
            onClick={() => {
              void ask(happening);
            }}
          >
            {happening.label}
          </Button>
        ))}
      </div>
      <p role="status" className={said?.isWrong === true ? 'wrong' : 'text-sm'}>
        {said?.text}
      </p>
    </section>
  );
}
