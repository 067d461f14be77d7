/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // The portal shows no foreign pictures, and the optimizer had remote code execution twice.
  images: { unoptimized: true },
  agentRules: false,
  devIndicators: false,
  reactStrictMode: true,
};

export default config;
