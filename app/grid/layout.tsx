import type { ReactNode } from 'react';
import { visitor } from '../_client/api.ts';
import { AccessHeader } from '../account/access-header.tsx';
import { StopWhenEnded } from '../account/stop-when-ended.tsx';

/** The frame stands while the page's data is on its way; who may not enter is sent away at once. */
export default async function GridLayout({ children }: { children: ReactNode }) {
  const { principal, may } = await visitor('grid:read');
  return (
    <div className="mx-auto max-w-6xl">
      <AccessHeader name={principal.name} may={may} />
      <StopWhenEnded />
      {children}
    </div>
  );
}
