import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { api, site } from './_client/api.ts';
import { RoleSwitcher } from './_ui/landing/role-switcher.tsx';
import { words } from './_ui/words.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: words.brand, template: `%s · ${words.brand}` },
};
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f6f9' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1220' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { mode, speed } = await site();
  const { principal } = await api();
  return (
    <html lang="en">
      <body className="min-h-dvh">
        {mode === 'demo' && (
          <aside
            aria-label={words.demo}
            className="border-b border-line bg-alert-page px-4 py-2 text-center text-sm"
          >
            {words.demoBanner(String(Math.round(speed)))}{' '}
            <span className="hidden sm:inline">{words.demoReset}</span>{' '}
            <RoleSwitcher current={principal?.role ?? null} />
          </aside>
        )}
        {children}
      </body>
    </html>
  );
}
