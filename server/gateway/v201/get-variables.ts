import type { GetVariablesResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding } from '../rpc/command-route.ts';

export const getVariablesCommand = commanding<'GetVariables', GetVariablesResponse>(
  'GetVariables',
  {
    action: 'GetVariables',
    spell: ({ variables }) => ({
      getVariableData: variables.map(({ component, variable }) => ({
        component: { name: component },
        variable: { name: variable },
      })),
    }),
    read: ({ getVariableResult }) => ({
      isAccepted: true,
      answer: {
        status: 'Accepted',
        variables: getVariableResult.map(
          ({ component, variable, attributeStatus, attributeValue }) => ({
            component: component.name,
            variable: variable.name,
            status: attributeStatus,
            value: attributeStatus === 'Accepted' ? (attributeValue ?? null) : null,
          }),
        ),
      },
    }),
  },
);
