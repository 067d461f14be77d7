import type { SetVariablesResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding } from '../rpc/command-route.ts';

const SET = new Set<string>(['Accepted', 'RebootRequired']);

/** Accepted only if every variable was; the first refusal is the answer's status. */
export const setVariablesCommand = commanding<'SetVariables', SetVariablesResponse>(
  'SetVariables',
  {
    action: 'SetVariables',
    spell: ({ variables }) => ({
      setVariableData: variables.map(({ component, variable, value }) => ({
        attributeValue: value,
        component: { name: component },
        variable: { name: variable },
      })),
    }),
    read: ({ setVariableResult }) => {
      const refused = setVariableResult.find((result) => !SET.has(result.attributeStatus));
      return {
        isAccepted: refused === undefined,
        answer: {
          status: refused?.attributeStatus ?? 'Accepted',
          variables: setVariableResult.map(({ component, variable, attributeStatus }) => ({
            component: component.name,
            variable: variable.name,
            status: attributeStatus,
          })),
        },
      };
    },
  },
);
