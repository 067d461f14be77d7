'use client';

import { explainReady, explainWhy } from '#domain/charging/explain.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import { useEffect, useState } from 'react';
import { clockTime, duration, kw, kwh, percent, whenTime } from '../_client/format.ts';
import { useLiveStay, useStayNow } from '../_client/use-live-stay.ts';
import type { Keeping, LiveStay } from '../_client/use-live-stay.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { StayChart } from '../_ui/charts/stay-chart.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Figures } from '../_ui/figures.tsx';
import { MoneyCard } from '../_ui/money-card.tsx';
import { Notice } from '../_ui/notice.tsx';
import { ageSentence, readySentence, steeredSentence, whySentence } from '../_ui/stay-sentences.ts';
import { words } from '../_ui/words.ts';
import { ChargeNow } from './charge-now.tsx';
import { driverWords } from './driver-words.ts';
import { LiveStory } from './live-story.tsx';
import { WishForm } from './wish-form.tsx';

type Props = { initial: StayView | null; batteryWh: number | null; keeping: Keeping };

/** The driver's current stay, live: three answers, the chart, two inputs, one button. */
export function CurrentStay({ initial, batteryWh, keeping }: Props) {
  const live = useLiveStay(initial, null, keeping);
  const now = useStayNow(live);
  const { view } = live;
  if (view === null) return <NoStay live={live} />;
  const open = view.state === 'OPEN';
  return (
    <main
      data-session-id={view.sessionId}
      className="grid grid-cols-1 gap-4 px-4 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] md:grid-rows-[auto_auto_1fr] md:items-start"
    >
      <h1 className="sr-only">{words.stay.title(view.locationName)}</h1>
      <LinkNotice key={live.link} live={live} />
      <div className="flex flex-col gap-4">
        <Answers view={view} now={now} />
        {open && <ChargeNow key={view.sessionId} view={view} receivedMs={live.receivedMs} />}
      </div>
      <div className="flex flex-col gap-4 md:col-start-2 md:row-span-3">
        <StayChart view={view} now={now} />
        <StayFigures view={view} now={now} />
      </div>
      <div className="flex flex-col gap-4">
        {open && <WishForm key={view.sessionId} view={view} now={now} batteryWh={batteryWh} />}
        <LiveStory key={`story ${view.sessionId}`} view={view} now={now} />
      </div>
    </main>
  );
}

function Answers({ view, now }: { view: StayView; now: number }) {
  const telling = { now, zone: view.timeZone };
  const ready = explainReady(view, now);
  const why = whySentence(explainWhy(view, now), telling);
  const problem = ['SHORT', 'LATE', 'PASSED'].includes(ready.key);
  return (
    <section className="card flex flex-col gap-4" aria-label={words.stay.current}>
      <p className="hint">{words.stay.at(view.locationName, view.stationId)}</p>
      <div>
        <h2 className="hint">{words.ready.title}</h2>
        <p
          className={`text-2xl font-semibold leading-snug ${problem ? 'text-alert' : ''}`}
          data-testid="ready"
        >
          {readySentence(ready, telling)}
        </p>
      </div>
      <div>
        <h2 className="hint">{words.why.title}</h2>
        <p className="text-lg leading-snug" data-testid="why">
          {why}
        </p>
      </div>
      <MoneyCard view={view} />
      <Announcement sentence={why} />
    </section>
  );
}

/** A screen reader hears of a change at most once in ten seconds. */
const ANNOUNCE_MS = 10_000;

function Announcement({ sentence }: { sentence: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      setSaid(sentence);
    }, ANNOUNCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [sentence]);
  return (
    <p className="sr-only" aria-live="polite">
      {said}
    </p>
  );
}

function StayFigures({ view, now }: { view: StayView; now: number }) {
  const { meter, plan, planVersion } = view;
  const age = ageSentence(view, now);
  const steered = steeredSentence(view);
  const rows: [label: string, value: string][] = [
    [words.stay.since, whenTime(view.plugInAt, now, view.timeZone)],
    [words.stay.delivered, kwh(meter.deliveredMilliWh)],
    [words.stay.power, meter.powerW === null ? '–' : kw(meter.powerW)],
  ];
  if (meter.socPermille !== null) rows.push([words.stay.soc, percent(meter.socPermille / 10, 0)]);
  return (
    <section className="card">
      <Figures figures={rows} />
      {steered !== null && <p className="hint mt-3">{steered}</p>}
      {age !== null && <p className="wrong mt-3">{age}</p>}
      {plan !== null && planVersion !== null && (
        <p className="hint mt-3">
          {words.stay.planVersion(String(planVersion), words.planReasons[plan.reason])}
        </p>
      )}
    </section>
  );
}

function LinkNotice({ live }: { live: LiveStay }) {
  if (live.link === 'signed-out') {
    return (
      <div className="md:col-span-2">
        <Notice
          kind="warn"
          action={<ButtonLink href="/sign-in">{words.signIn.title}</ButtonLink>}
        >
          <p>{words.stay.signedOut}</p>
        </Notice>
      </div>
    );
  }
  if (live.link !== 'lost') return null;
  return live.view === null ? <LostWithoutStay /> : <LostNotice live={live} />;
}

function LostWithoutStay() {
  return (
    <Notice kind="info">
      <p>{driverWords.offline.lost}</p>
    </Notice>
  );
}

/** How old what is shown is, counted on while the connection is away. */
function LostNotice({ live }: { live: LiveStay }) {
  const [nowMs, setNowMs] = useState(live.asOfMs);
  useEffect(() => {
    const tell = () => {
      setNowMs(Date.now());
    };
    tell();
    const timer = setInterval(tell, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const at = clockTime(live.view?.nowAt ?? 0, live.view?.timeZone ?? 'UTC');
  const age = duration(Math.max(0, nowMs - live.asOfMs) / 1000);
  return (
    <div className="md:col-span-2" data-testid="kept">
      <Notice kind="info">
        <p>{driverWords.offline.kept(at, age)}</p>
      </Notice>
    </div>
  );
}

function NoStay({ live }: { live: LiveStay }) {
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 px-4 py-10">
      <LinkNotice key={live.link} live={live} />
      <h1 className="text-2xl font-semibold">{words.nav.stay}</h1>
      <div data-link={live.link}>
        <EmptyState title={words.stay.empty} hint={words.stay.emptyHint} />
      </div>
    </main>
  );
}
