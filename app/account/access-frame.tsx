import type { ReactNode } from 'react';
import type { Scope } from '#server/auth/grants.ts';
import { visitor } from '../_client/api.ts';
import { AccessHeader } from './access-header.tsx';
import { StopWhenEnded } from './stop-when-ended.tsx';

type FrameProps = { scope: Scope; children: ReactNode };

/**
 * The frame of a role's pages, which stands while their data is on its way; who may not enter is sent
 * away at once.
 */
export async function AccessFrame({ scope, children }: FrameProps) {
  const { principal, may } = await visitor(scope);
  return (
    <div className="mx-auto max-w-6xl">
      <AccessHeader name={principal.name} may={may} />
      <StopWhenEnded />
      {children}
    </div>
  );
}
