'use client';

import type { inferRouterOutputs } from '@trpc/server';
import Link from 'next/link';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { cents, eur, kw, kwh } from '../../../_client/format.ts';
import { sentenceOf } from '../../../_client/plain-error.ts';
import { requestId } from '../../../_client/request-id.ts';
import { trpc } from '../../../_client/trpc.ts';
import { useForm } from '../../../_client/use-form.ts';
import { Button } from '../../../_ui/button.tsx';
import { ChargeNowSteps } from '../../../_ui/charge-now-steps.tsx';
import { Field } from '../../../_ui/field.tsx';
import { FormNotice, Notice } from '../../../_ui/notice.tsx';
import { SectionCard } from '../../../_ui/section-card.tsx';
import { readySentence, whySentence } from '../../../_ui/stay-sentences.ts';
import { kerbWords } from '../../kerb-words.ts';

type KerbStay = inferRouterOutputs<AppRouter>['kerb']['stay'];
type Place = { stationId: string; evseId: number };
/** What was typed stays in this page's memory only: not in its address, not in a store. */
type Proven = { digits: string; stay: KerbStay };

const DIGITS = 4;
const CALM_MS = 10_000;
/** While the station is asked, the page looks often. */
const EAGER_MS = 1_000;

/** The end of a card shows the stay it belongs to, and charges now. */
export function KerbStayCard(place: Place) {
  const [proven, setProven] = useState<Proven | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const end = useCallback((sentence: string) => {
    setProven(null);
    setOver(sentence);
  }, []);
  return proven === null ? (
    <CardForm place={place} over={over} onProven={setProven} />
  ) : (
    <Stay place={place} proven={proven} onChange={setProven} onOver={end} />
  );
}

function CardForm({
  place,
  over,
  onProven,
}: {
  place: Place;
  /** Why the stay that was shown is shown no more. */
  over: string | null;
  onProven: (proven: Proven) => void;
}) {
  const { form, ...state } = useForm(async ({ text }) => {
    const digits = text('digits');
    onProven({ digits, stay: await trpc.kerb.stay.mutate({ ...place, digits }) });
  }, 'stay');
  return (
    <form className="card flex flex-col gap-3" {...form}>
      <h2 className="text-lg font-semibold">{kerbWords.card.title}</h2>
      {over !== null && (
        <Notice kind="info">
          <p>{over}</p>
        </Notice>
      )}
      <Field
        name="digits"
        label={kerbWords.card.label}
        hint={kerbWords.card.hint}
        minLength={DIGITS}
        maxLength={DIGITS}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
      />
      <Button type="submit" kind="main" busy={state.busy}>
        {kerbWords.card.submit}
      </Button>
      <FormNotice state={state} />
    </form>
  );
}

type StayProps = {
  place: Place;
  proven: Proven;
  onChange: (proven: Proven | null) => void;
  onOver: (sentence: string) => void;
};

function Stay({ place, proven, onChange, onOver }: StayProps) {
  const { digits, stay } = proven;
  const wrong = useLooking({ place, proven, onChange, onOver });
  const isShown = useIsShown();
  const { form, ...tap } = useForm(async () => {
    const on = !stay.priority;
    await trpc.kerb.chargeNow.mutate({ ...place, digits, on, requestId: requestId() });
    if (!isShown.current) return;
    const next = await trpc.kerb.stay.mutate({ ...place, digits });
    if (isShown.current) onChange({ digits, stay: next });
  }, 'stay');
  return (
    <SectionCard title={kerbWords.stay.title}>
      <Status stay={stay} />
      {stay.priority && <ChargeNowSteps stage={stay.chargeNow.stage} />}
      <form className="contents" {...form}>
        <Button
          type="submit"
          kind={stay.priority ? 'plain' : 'main'}
          className="w-full text-lg"
          busy={tap.busy}
        >
          {stay.priority ? kerbWords.stay.stop : kerbWords.stay.start}
        </Button>
      </form>
      <p className="hint text-center">{costSentence(stay)}</p>
      <FormNotice state={{ done: false, wrong: tap.wrong ?? wrong }} />
      <Button
        className="text-sm"
        onClick={() => {
          onChange(null);
        }}
      >
        {kerbWords.stay.away}
      </Button>
      <Link className="inline-flex min-h-11 items-center underline" href="/sign-in">
        {kerbWords.stay.app}
      </Link>
    </SectionCard>
  );
}

/** Keeps the stay that is shown current. @returns the sentence of what went wrong last, or null. */
function useLooking({ place, proven, onChange, onOver }: StayProps): string | null {
  const { digits, stay } = proven;
  const { stationId, evseId } = place;
  const [wrong, setWrong] = useState<string | null>(null);
  const isAsking = ['ASKED', 'SENT'].includes(stay.chargeNow.stage);
  useEffect(() => {
    let isBusy = false;
    // An answer under way must not bring a stay back that its driver put away.
    let isGone = false;
    const look = async () => {
      if (isBusy || document.hidden) return;
      isBusy = true;
      try {
        const next = await trpc.kerb.stay.mutate({ stationId, evseId, digits });
        if (isGone) return;
        onChange({ digits, stay: next });
        setWrong(null);
      } catch (error) {
        if (isGone) return;
        // Asking on would count as wrong tries and lock the charging point for the next driver.
        if (isOver(error)) {
          clearInterval(timer);
          onOver(kerbWords.stay.over);
          return;
        }
        setWrong(sentenceOf(error));
      }
      isBusy = false;
    };
    const timer = setInterval(() => void look(), isAsking ? EAGER_MS : CALM_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [stationId, evseId, digits, isAsking, onChange, onOver]);
  return wrong;
}

/** Whether what asked is still on the page when the answer comes. */
function useIsShown() {
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}

function isOver(error: unknown): boolean {
  const code = (error as { data?: { code?: string } | null }).data?.code;
  return code === 'NOT_FOUND' || code === 'TOO_MANY_REQUESTS';
}

function Status({ stay }: { stay: KerbStay }) {
  const telling = { now: stay.nowAt, zone: stay.timeZone };
  return (
    <>
      <p className="text-xl font-semibold leading-snug" data-testid="kerb-ready">
        {readySentence(stay.ready, telling)}
      </p>
      <p data-testid="kerb-why" aria-live="polite">
        {whySentence(stay.why, telling)}
      </p>
      <dl className="grid grid-cols-2 gap-4">
        <div>
          <dt className="hint">{kerbWords.stay.charged}</dt>
          <dd className="font-semibold tabular-nums">{kwh(stay.deliveredMilliWh)}</dd>
        </div>
        <div>
          <dt className="hint">{kerbWords.stay.power}</dt>
          <dd className="font-semibold tabular-nums">
            {stay.powerW === null ? '–' : kw(stay.powerW)}
          </dd>
        </div>
      </dl>
      <p className="hint">
        {kerbWords.price.own(cents(stay.salePriceMicro))}
      </p>
    </>
  );
}

function costSentence({ priority, chargeNow: { costMicro } }: KerbStay): string {
  const w = kerbWords.stay;
  if (priority) return w.on;
  if (costMicro === null) return w.costUnknown;
  return costMicro === '0' ? w.costFree : w.costs(eur(costMicro));
}
