/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // The portal shows no foreign pictures, and the optimizer had remote code execution twice.
  images: { unoptimized: true },
  agentRules: false,
  devIndicators: false,
  reactStrictMode: true,
  // `npm test` checks the types of the whole repository; a build for running need not again.
  typescript: { ignoreBuildErrors: true },
};

export default config;
