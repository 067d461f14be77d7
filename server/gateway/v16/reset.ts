import type { ResetResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

/** 1.6 knows no waiting: Soft ends what runs in good order, Hard at once. */
export const resetCommand = commanding<'Reset', ResetResponse>('Reset', {
  action: 'Reset',
  spell: ({ type }) => ({ type: type === 'Immediate' ? 'Hard' : 'Soft' }),
  read: readStatus,
});
