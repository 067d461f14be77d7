import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Vitest as `npm run laws` starts it: property tests only, each telling what it ran. */
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['{domain,server,sim,workers}/**/*.prop.test.ts'],
    environment: 'node',
    setupFiles: [path.join(import.meta.dirname, 'laws-setup.ts')],
  },
});
