import type { ResetResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const resetCommand = commanding<'Reset', ResetResponse>('Reset', {
  action: 'Reset',
  spell: ({ type }) => ({ type }),
  read: readStatus,
});
