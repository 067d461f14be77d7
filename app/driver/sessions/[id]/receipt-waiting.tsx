'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import type { StayView } from '#domain/charging/stay-view.ts';
import { useLiveStay } from '../../../_client/use-live-stay.ts';
import { MoneyCard } from '../../../_ui/money-card.tsx';

/** Waits for the settlement without a reload by hand. */
export function ReceiptWaiting({ view }: { view: StayView }) {
  const live = useLiveStay(view, view.sessionId);
  const router = useRouter();
  const current = live.view ?? view;
  const final = current.money.kind === 'FINAL';
  useEffect(() => {
    if (final) router.refresh();
  }, [final, router]);
  return (
    <section className="card">
      <MoneyCard view={current} />
    </section>
  );
}
