import type { ReactNode } from 'react';
import { visitor } from '../_client/api.ts';
import { StopWhenEnded } from '../account/stop-when-ended.tsx';
import { Brand } from '../_ui/brand.tsx';
import { DriverNav } from './driver-nav.tsx';
import { KeepOffline } from './keep-offline.tsx';

export default async function DriverLayout({ children }: { children: ReactNode }) {
  await visitor('session:read');
  return (
    <div className="mx-auto max-w-6xl pb-4 md:pb-8">
      <header className="no-print flex items-center justify-between gap-4 px-4 py-3">
        <Brand />
        <DriverNav />
      </header>
      {children}
      <StopWhenEnded />
      <KeepOffline />
    </div>
  );
}
