import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { site } from './_client/api.ts';
import { words } from './_ui/words.ts';
import './globals.css';

export const metadata: Metadata = { title: { default: words.brand, template: `%s · ${words.brand}` } };
export const viewport: Viewport = {
  width: 'device-width', initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f6f9' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1220' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { mode, speed } = await site();
  return (
    <html lang="en">
      <body className="min-h-dvh">
        {mode === 'demo' && (
          <p role="note" className="bg-alert-page text-ink border-b border-line px-4 py-2 text-sm text-center">
            {words.demoBanner(String(Math.round(speed)))}
          </p>
        )}
        {children}
      </body>
    </html>
  );
}
