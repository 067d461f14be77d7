// Set by scripts/valley.mjs to a folder per build, so that building never touches what a portal serves.
// oxlint-disable-next-line node/no-process-env -- Next's command line takes no such option
const pagesDir = process.env.VALLEY_PAGES_DIR;

/** @type {import('next').NextConfig} */
const config = {
  distDir: pagesDir ?? '.next',
  poweredByHeader: false,
  // The portal shows no foreign pictures, and the optimizer had remote code execution twice.
  images: { unoptimized: true },
  agentRules: false,
  devIndicators: false,
  reactStrictMode: true,
  // `npm test` checks the types of the whole repository; a build for running need not again.
  typescript: {
    ignoreBuildErrors: true,
    // Next writes the build's folder into a tsconfig.json, but not into one that extends another.
    ...(pagesDir === undefined ? {} : { tsconfigPath: 'scripts/tsconfig.pages.json' }),
  },
};

export default config;
