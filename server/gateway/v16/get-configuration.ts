import type {
  GetConfigurationRequest,
  GetConfigurationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding } from '../rpc/command-route.ts';

export const getConfigurationCommand = commanding<'GetConfiguration', GetConfigurationResponse>(
  'GetConfiguration',
  {
    action: 'GetConfiguration',
    spell: ({ keys }): GetConfigurationRequest => (keys.length === 0 ? {} : { key: keys }),
    read: ({ configurationKey = [], unknownKey = [] }) => ({
      isAccepted: true,
      answer: {
        status: 'Accepted',
        configuration: configurationKey.map(({ key, value, readonly }) => ({
          key,
          value: value ?? null,
          isReadOnly: readonly,
        })),
        unknownKeys: unknownKey,
      },
    }),
  },
);
