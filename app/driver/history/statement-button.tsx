'use client';

import { useState } from 'react';
import { download } from '../../_client/csv.ts';
import { sentenceOf, trpc } from '../../_client/trpc.ts';
import { driverWords } from '../driver-words.ts';
import { statementCsv } from './statement-csv.ts';

/** Every stay with what was settled, as a file. */
export function StatementButton() {
  const [state, setState] = useState<{ busy: boolean; wrong: string | null }>({
    busy: false,
    wrong: null,
  });
  const take = async () => {
    if (state.busy) return;
    setState({ busy: true, wrong: null });
    try {
      download('valley-stays.csv', statementCsv(await trpc.charging.statement.query()));
      setState({ busy: false, wrong: null });
    } catch (error) {
      setState({ busy: false, wrong: sentenceOf(error) });
    }
  };
  return (
    <>
      <button
        type="button"
        className="button self-start text-sm"
        aria-disabled={state.busy}
        onClick={() => {
          void take();
        }}
      >
        {driverWords.wallet.csv}
      </button>
      <p role="alert" className="wrong empty:hidden">
        {state.wrong}
      </p>
    </>
  );
}
