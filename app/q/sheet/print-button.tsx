'use client';

import { kerbWords } from '../kerb-words.ts';

export function PrintButton() {
  return (
    <button
      type="button"
      className="button button-main"
      onClick={() => {
        window.print();
      }}
    >
      {kerbWords.sheet.print}
    </button>
  );
}
