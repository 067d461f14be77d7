'use client';

import type { StayView } from '#domain/charging/stay-view.ts';
import { useEffect, useState } from 'react';
import { duration, eur } from '../_client/format.ts';
import { requestId } from '../_client/request-id.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { ChargeNowSteps } from '../_ui/charge-now-steps.tsx';
import { FormNotice, Notice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';

/** A station that has not answered after this long is told about. */
const SLOW_MS = 10_000;

/** The one button. Its progress comes from stored rows and the meter, never from hope. */
export function ChargeNow({ view, receivedMs }: { view: StayView; receivedMs: number }) {
  const { stage, costMicro } = view.chargeNow;
  const on = view.preference?.priority ?? false;
  const { form, ...state } = useForm(
    () =>
      trpc.charging.chargeNow.mutate({
        sessionId: view.sessionId,
        on: !on,
        requestId: requestId(),
      }),
    'stay',
  );
  const slowMs = useSlow(view, receivedMs);
  const hint =
    costMicro === null
      ? words.now.costUnknown
      : costMicro === '0'
        ? words.now.free
        : words.now.cost(eur(costMicro));
  return (
    <section className="no-print card flex flex-col gap-3">
      {on && <ChargeNowSteps stage={stage} />}
      {slowMs !== null && (
        <Notice kind="warn">
          <p>{words.now.slow(duration(slowMs / 1000))}</p>
        </Notice>
      )}
      <form className="contents" {...form}>
        <Button
          type="submit"
          kind={on ? 'plain' : 'main'}
          className="w-full text-lg"
          busy={state.busy}
        >
          {on ? words.now.stop : words.now.start}
        </Button>
      </form>
      <p className="hint text-center">{on ? words.now.undo : hint}</p>
      <FormNotice state={state} />
    </section>
  );
}

/** Real milliseconds the station has been asked in vain, null while it is not yet worth a word. */
function useSlow(view: StayView, receivedMs: number): number | null {
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const { stage, askedMsAgo } = view.chargeNow;
  const waiting = stage === 'ASKED' || stage === 'SENT' || stage === 'SILENT';
  if (!waiting) return null;
  const waitedMs = askedMsAgo + (receivedMs === 0 ? 0 : Math.max(0, nowMs - receivedMs));
  return waitedMs >= SLOW_MS ? waitedMs : null;
}
