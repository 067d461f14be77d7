'use client';

import { useSyncExternalStore } from 'react';
import { THEME_COOKIE, themeFrom, type Theme } from './theme.ts';

const YEAR_S = 365 * 86_400;
const watchers = new Set<() => void>();

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => {
    watchers.delete(changed);
  };
}

/** The page's own attribute is the truth: the server wrote it from the cookie. */
const shown = (): Theme => themeFrom(document.documentElement.dataset['theme']);

function choose(theme: Theme): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  document.documentElement.dataset['theme'] = theme;
  for (const changed of watchers) changed();
}

/** useTheme is the appearance in force and the way to change it, the same wherever it is asked. */
export function useTheme(initial: Theme): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(watch, shown, () => initial), choose];
}
