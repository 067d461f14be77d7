import type { ChangeConfigurationResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding } from '../rpc/command-route.ts';

export const changeConfigurationCommand = commanding<
  'ChangeConfiguration',
  ChangeConfigurationResponse
>('ChangeConfiguration', {
  action: 'ChangeConfiguration',
  spell: ({ key, value }) => ({ key, value }),
  read: ({ status }) => ({
    isAccepted: status === 'Accepted' || status === 'RebootRequired',
    answer: { status },
  }),
});
