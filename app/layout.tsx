import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { api, site } from './_client/api.ts';
import { chosenTheme } from './_client/chosen-theme.ts';
import { RoleSwitcher } from './_ui/landing/role-switcher.tsx';
import { ThemeChoice } from './_ui/theme-choice.tsx';
import { words } from './_ui/words.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: words.brand, template: words.pageTitle('%s') },
};

const BARS = { light: '#f4f6f9', dark: '#0b1220' } as const;

/** The browser's own bar takes the page's colour. */
export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme();
  return {
    width: 'device-width',
    initialScale: 1,
    themeColor:
      theme === 'system'
        ? [
            { media: '(prefers-color-scheme: light)', color: BARS.light },
            { media: '(prefers-color-scheme: dark)', color: BARS.dark },
          ]
        : BARS[theme],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [{ mode, speed }, { principal }, theme] = await Promise.all([site(), api(), chosenTheme()]);
  return (
    // Written by the server from the cookie, so that no page shines before it is dark.
    <html lang="en" data-theme={theme}>
      <body className="flex min-h-dvh flex-col">
        {mode === 'demo' && (
          <aside
            aria-label={words.demo}
            className="no-print border-b border-line bg-alert-page px-4 py-2 text-center text-sm"
          >
            {words.demoBanner(String(Math.round(speed)))}{' '}
            <span className="hidden sm:inline">{words.demoReset}</span>{' '}
            <RoleSwitcher current={principal?.role ?? null} />
          </aside>
        )}
        <div className="grow">{children}</div>
        <footer className="page-foot no-print flex justify-center px-4 py-6">
          <ThemeChoice initial={theme} />
        </footer>
      </body>
    </html>
  );
}
