import type { MetadataRoute } from 'next';
import { words } from './_ui/words.ts';

/** What a phone needs to put Valley beside its other apps. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: words.brand,
    short_name: words.brand,
    description: words.promise,
    id: '/driver',
    start_url: '/driver',
    scope: '/',
    display: 'standalone',
    background_color: '#f4f6f9',
    theme_color: '#0067a3',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-mask-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  };
}
