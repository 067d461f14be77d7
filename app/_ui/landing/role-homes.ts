import type { Role } from '#server/auth/grants.ts';

/** Where a role's work begins. */
export const homes: Readonly<Record<Role, string>> = {
  DRIVER: '/driver',
  CPO: '/admin',
  ADMIN: '/admin',
  MSP: '/msp',
  MUNICIPALITY: '/city',
  GRID: '/grid',
  PLATFORM: '/organisation',
};
