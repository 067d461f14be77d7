'use client';

import type { StreetView } from '#server/demo/street.service.ts';
import { useEffect, useMemo, useState } from 'react';
import { eur, kw } from '../../_client/format.ts';
import { followStream } from '../../_client/follow-stream.ts';
import { trpc } from '../../_client/trpc.ts';
import { ChartKey } from '../charts/chart-key.tsx';
import { StayFigure } from '../charts/stay-figure.tsx';
import { Figures } from '../figures.tsx';
import { Happenings } from './happenings.tsx';
import { landing } from './landing-words.ts';
import { prepareStreet, type StreetFinding } from './prepare-street.ts';
import { Tour } from './tour.tsx';

/** The demo's street, drawn by the server first and live from then on. */
export function StreetLive({ initial }: { initial: StreetView }) {
  const { view, isLost } = useStreet(initial);
  const street = useMemo(() => prepareStreet(view), [view]);
  const figures = [
    [landing.plugged, String(view.plugged)],
    [landing.charging, String(view.charging)],
    [landing.power, kw(view.powerW)],
    [landing.cashback, eur(view.cashbackMicro)],
  ] as const;
  return (
    <>
      <section className="card flex flex-col gap-3 lg:col-span-2" aria-labelledby="street">
        <h2 id="street" className="hint">
          {landing.streetTitle}
        </h2>
        <p className="text-lg font-semibold leading-snug" data-testid="street-finding">
          {findingSentence(street.finding)}
        </p>
        <Figures figures={figures} size="large" />
        <ChartKey
          entries={[
            { label: landing.measured, mark: 'after' },
            { label: landing.planned, mark: 'planned' },
            { label: landing.without, mark: 'before' },
          ]}
        />
        <StayFigure stay={street} zone={view.timeZone} label={landing.describe} />
        {isLost && (
          <p role="status" className="wrong">
            {landing.lost}
          </p>
        )}
      </section>
      <div className="flex flex-col gap-4">
        <Tour progress={view.tour} />
        <Happenings zone={view.timeZone} />
      </div>
    </>
  );
}

function useStreet(initial: StreetView): { view: StreetView; isLost: boolean } {
  const [state, setState] = useState({ view: initial, isLost: false });
  useEffect(() => {
    const lose = () => {
      setState((before) => ({ ...before, isLost: true }));
    };
    return followStream<StreetView>({
      subscribe: (listener) => trpc.demo.liveStreet.subscribe(undefined, listener),
      onData: (view) => {
        setState({ view, isLost: false });
      },
      onLost: lose,
      onEnded: lose,
    });
  }, []);
  return state;
}

function findingSentence(finding: StreetFinding): string {
  return finding.key === 'LESS' ? landing.less(kw(finding.peakW), kw(finding.withoutW)) : landing.calm;
}
