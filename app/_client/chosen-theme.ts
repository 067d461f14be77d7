import { cookies } from 'next/headers';
import { THEME_COOKIE, themeFrom, type Theme } from '../_ui/theme.ts';

/** chosenTheme is what the reader of this request chose, as their cookie keeps it. */
export async function chosenTheme(): Promise<Theme> {
  return themeFrom((await cookies()).get(THEME_COOKIE)?.value);
}
