'use client';

import { useEffect, useState } from 'react';
import type { SettlementFacts } from '#domain/settlement/facts.ts';
import { verifyReceipt } from '#domain/settlement/receipt.ts';
import type { ReceiptCheck, SettlementFigures } from '#domain/settlement/receipt.ts';
import { Notice } from '../../../_ui/notice.tsx';
import type { NoticeKind } from '../../../_ui/notice.tsx';
import { historyWords } from '../../history/history-words.ts';

/** Settles the stored facts again in this browser and compares to the micro-euro. */
export function CheckReceipt({
  facts,
  figures,
}: {
  facts: SettlementFacts;
  figures: SettlementFigures;
}) {
  const [check, setCheck] = useState<ReceiptCheck | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      setCheck(verifyReceipt(facts, figures));
    }, 0);
    return () => {
      clearTimeout(timer);
    };
  }, [facts, figures]);
  return (
    <div role="status" data-testid="receipt-check">
      <Notice kind={kindOf(check)} isStill>
        <p>{sentence(check)}</p>
      </Notice>
    </div>
  );
}

function kindOf(check: ReceiptCheck | null): NoticeKind {
  if (check === null) return 'info';
  return check.kind === 'same' ? 'success' : 'warn';
}

function sentence(check: ReceiptCheck | null): string {
  const { checking, same, differs, waiting } = historyWords.receipt.check;
  if (check === null) return checking;
  switch (check.kind) {
    case 'same':
      return same;
    case 'waiting':
      return waiting;
    case 'differs':
      return differs(
        check.differences
          .map(({ figure, stored, recomputed }) => `${figure} ${stored} ≠ ${recomputed}`)
          .join(', '),
      );
  }
}
