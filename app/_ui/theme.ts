/** system: as the device says, light by day and dark by night where it is set so. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = 'valley-theme';

/** themeFrom reads a cookie's value; anything unknown is `system`. */
export function themeFrom(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system';
}
