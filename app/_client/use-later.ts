'use client';

import { useState } from 'react';

type Later<Part> = { part: Part | null; hasFailed: boolean };

/**
 * useLater loads a part of the page once it is asked for, so that the first paint does not wait for
 * it. Where that fails, on a bad connection, it is told and can be asked for again.
 */
export function useLater<Part extends object>(load: () => Promise<Part>) {
  const [state, setState] = useState<Later<Part>>({ part: null, hasFailed: false });
  const ask = async (): Promise<Part | null> => {
    const part = state.part ?? (await load().catch(() => null));
    setState({ part, hasFailed: part === null });
    return part;
  };
  return { ...state, ask };
}
