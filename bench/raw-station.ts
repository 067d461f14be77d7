import { once } from 'node:events';
import { WebSocket } from 'ws';

const NO_MASK = Buffer.alloc(4);

/** What a quite ordinary station says of itself. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  NumberOfConnectors: '1', SupportedFeatureProfiles: 'Core,SmartCharging,RemoteTrigger', ChargeProfileMaxStackLevel: '10',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power', ChargingScheduleMaxPeriods: '24', MaxChargingProfilesInstalled: '10',
  MeterValueSampleInterval: '60', ClockAlignedDataInterval: '900',
};

export type RawStationOptions = {
  url: string;
  id: string;
  key: string;
  /** Sees every request of the server before it is answered. */
  onRequest?: (action: string, payload: unknown) => void;
};

type Waiting = { resolve(payload: unknown): void; reject(error: Error): void };

/**
 * The cheapest station that speaks OCPP 1.6 truly: no model, no state but its socket, so that a
 * thousand of them load a machine with the server's work and not with their own.
 */
export class RawStation {
  readonly id: string;
  readonly #options: RawStationOptions;
  readonly #calls = new Map<string, Waiting>();
  #ws: WebSocket | null = null;
  #counter = 0;

  constructor(options: RawStationOptions) {
    this.id = options.id;
    this.#options = options;
  }

  async connect(): Promise<void> {
    const { url, id, key } = this.#options;
    const ws = new WebSocket(`${url}/${id}`, 'ocpp1.6', {
      perMessageDeflate: false, headers: { authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}` },
      // Masking costs the sender only; the server unmasks zeros like any other mask.
      generateMask: (mask) => { NO_MASK.copy(mask); },
    });
    this.#ws = ws;
    ws.on('message', (data) => { this.#receive((data as Buffer).toString('utf8')); });
    ws.on('close', (code) => { this.#fail(new Error(`${id}: the server closed the socket (${code})`)); });
    await once(ws, 'open');
    ws.on('error', (error) => { this.#fail(error); });
  }

  /** call sends one message and gives the payload of its answer. @throws Error with the CALLERROR's words. */
  call(action: string, payload: object): Promise<unknown> {
    this.#counter += 1;
    const messageId = `${this.id}-${this.#counter}`;
    return new Promise((resolve, reject) => {
      this.#calls.set(messageId, { resolve, reject });
      this.#ws?.send(JSON.stringify([2, messageId, action, payload]));
    });
  }

  close(): void {
    this.#ws?.close();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as [number, string, unknown, unknown, unknown];
    const [type, messageId] = frame;
    if (type === 2) {
      this.#options.onRequest?.(String(frame[2]), frame[3]);
      this.#ws?.send(answerTo(messageId, String(frame[2]), frame[3]));
      return;
    }
    const waiting = this.#calls.get(messageId);
    this.#calls.delete(messageId);
    if (type === 3) waiting?.resolve(frame[2]);
    else waiting?.reject(new Error(`${this.id}: ${String(frame[2])} ${String(frame[3])}`));
  }
}

function answerTo(messageId: string, action: string, payload: unknown): string {
  if (action === 'GetConfiguration') {
    const { key = [] } = payload as { key?: string[] };
    const configurationKey = key.flatMap((name) => {
      const value = CONFIGURATION[name];
      return value === undefined ? [] : [{ key: name, readonly: false, value }];
    });
    return JSON.stringify([3, messageId, { configurationKey, unknownKey: key.filter((name) => CONFIGURATION[name] === undefined) }]);
  }
  if (action === 'GetCompositeSchedule') return JSON.stringify([4, messageId, 'NotImplemented', '', {}]);
  return JSON.stringify([3, messageId, { status: 'Accepted' }]);
}

export const BOOT = { chargePointVendor: 'Bench', chargePointModel: 'Raw 1' };

/** sampledValues is a reading of five values as most stations send it. */
export function sampledValues(registerWh: number, powerW: number): object[] {
  const phaseA = powerW === 0 ? 0 : Math.round((powerW / 690) * 10) / 10;
  return [
    { value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh', context: 'Sample.Periodic', location: 'Outlet' },
    { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W', context: 'Sample.Periodic', location: 'Outlet' },
    { value: String(phaseA), measurand: 'Current.Import', unit: 'A', phase: 'L1', context: 'Sample.Periodic', location: 'Outlet' },
    { value: '230.4', measurand: 'Voltage', unit: 'V', phase: 'L1', context: 'Sample.Periodic', location: 'Outlet' },
    { value: '31', measurand: 'Temperature', unit: 'Celsius', context: 'Sample.Periodic', location: 'Body' },
  ];
}
