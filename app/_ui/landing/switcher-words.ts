/** Texts of the demo's role switcher, which stands on every page: loaded without the others. */
export const switcherWords = {
  title: 'Look as',
  failed: 'The switch did not work. Check your connection and try again.',
  roles: {
    DRIVER: 'Driver',
    CPO: 'Operator',
    MSP: 'Provider',
    MUNICIPALITY: 'Municipality',
    GRID: 'Grid',
    ADMIN: 'Administrator',
    PLATFORM: 'Platform',
  },
} as const;
