'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useCallback, useEffect, useState } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';

export type CommandLog = inferRouterOutputs<AppRouter>['fleet']['commandLog'];

const WAITING_MS = 500;
const IDLE_MS = 5_000;

/** A station's newest commands, looked at often while one has no answer yet; null before the first look. */
export function useCommandLog(stationId: string): { log: CommandLog | null; look: () => void } {
  const [log, setLog] = useState<CommandLog | null>(null);
  const look = useCallback(() => {
    trpc.fleet.commandLog.query({ stationId }).then(setLog, () => undefined);
  }, [stationId]);
  const isWaiting = log?.some(({ state }) => state === 'REQUESTED') ?? false;
  useEffect(() => {
    look();
    const timer = setInterval(look, isWaiting ? WAITING_MS : IDLE_MS);
    return () => {
      clearInterval(timer);
    };
  }, [look, isWaiting]);
  return { log, look };
}
