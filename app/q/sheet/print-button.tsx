'use client';

import { Button } from '../../_ui/button.tsx';
import { kerbWords } from '../kerb-words.ts';

export function PrintButton() {
  return (
    <Button
      kind="main"
      onClick={() => {
        window.print();
      }}
    >
      {kerbWords.sheet.print}
    </Button>
  );
}
