import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as schemas from 'typed-ocpp/dist/ocpp16/schemas.js';
import { WebSocketServer } from 'ws';

type Action = 'BootNotification' | 'StatusNotification' | 'StartTransaction' | 'MeterValues';

function responseTo(action: Action): object {
  switch (action) {
    case 'BootNotification': return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 };
    case 'StartTransaction': return { transactionId: 1, idTagInfo: { status: 'Accepted' } };
    case 'StatusNotification':
    case 'MeterValues': return {};
  }
}

function compileAll(): Readonly<Record<Action, { request: ValidateFunction; response: ValidateFunction }>> {
  const ajv = new Ajv({ strict: false });
  // ajv-formats is CommonJS: its default export is the function for Node, the module for TypeScript.
  (addFormats as unknown as (target: Ajv) => void)(ajv);
  const pair = (request: object, response: object) => ({ request: ajv.compile(request), response: ajv.compile(response) });
  return {
    BootNotification: pair(schemas.BootNotificationRequest, schemas.BootNotificationResponse),
    StatusNotification: pair(schemas.StatusNotificationRequest, schemas.StatusNotificationResponse),
    StartTransaction: pair(schemas.StartTransactionRequest, schemas.StartTransactionResponse),
    MeterValues: pair(schemas.MeterValuesRequest, schemas.MeterValuesResponse),
  };
}

/**
 * runBareServer is the least an OCPP server can do: `ws`, the official schemas by Ajv in both
 * directions, an answer, and no storage. What Valley costs is told in multiples of it.
 */
export async function runBareServer(): Promise<void> {
  const checks = compileAll();
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 64 * 1024, handleProtocols: () => 'ocpp1.6' });
  sockets.on('connection', (ws) => {
    ws.on('message', (data) => {
      const [, messageId, action, payload] = JSON.parse((data as Buffer).toString('utf8')) as [2, string, Action, object];
      const check = checks[action];
      const response = responseTo(action);
      ws.send(check.request(payload) && check.response(response)
        ? JSON.stringify([3, messageId, response])
        : JSON.stringify([4, messageId, 'FormationViolation', '', {}]));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  process.send?.({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp` });
  await new Promise<void>((resolve) => { process.once('disconnect', resolve); });
  process.exit(0);
}
