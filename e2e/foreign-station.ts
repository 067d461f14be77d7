import { RPCClient } from 'ocpp-rpc';

type Period = { startPeriod: number; limit: number };
export type Profile = {
  chargingProfilePurpose: string;
  chargingProfileKind: string;
  transactionId?: number;
  chargingSchedule: {
    startSchedule?: string;
    chargingRateUnit: 'A' | 'W';
    chargingSchedulePeriod: Period[];
  };
};

const VOLTS = 230;
const PHASES = 3;
const MAX_AMPERE = 16;
const METER_EVERY_MS = 500;

/** What this make knows of its configuration: little, and in amperes. */
const CONFIGURATION = {
  SupportedFeatureProfiles: 'Core,SmartCharging',
  NumberOfConnectors: '1',
  ChargeProfileMaxStackLevel: '10',
  ChargingScheduleAllowedChargingRateUnit: 'Current',
  ChargingScheduleMaxPeriods: '24',
  MaxChargingProfilesInstalled: '5',
};

/** The package's own defaults, which its types want spelled out. */
const CLIENT = {
  reconnect: false,
  maxReconnects: 0,
  callTimeoutMs: 60_000,
  pingIntervalMs: 30_000,
  callConcurrency: 1,
  deferPingsOnActivity: false,
  respondWithDetailedErrors: false,
  strictModeValidators: [],
  maxBadMessages: Number.POSITIVE_INFINITY,
  wsOpts: {},
  headers: {},
  backoff: { initialDelay: 1_000, maxDelay: 10_000, factor: 2, randomisationFactor: 0.25 },
};

/**
 * A station by other people's code: the client of the npm package ocpp-rpc, checked against the
 * standard's schemas on its side too. Its car draws 11 kW whenever the profile lets it.
 */
export class ForeignStation {
  readonly #client: RPCClient;
  readonly #profiles: Profile[] = [];
  #registerWh = 1_000;
  #meteredMs = 0;
  #timer: NodeJS.Timeout | undefined;
  transactionId = 0;

  private constructor(client: RPCClient) {
    this.#client = client;
    const answer = (action: string, payload: object): void => {
      client.handle(action, () => Promise.resolve(payload));
    };
    client.handle('SetChargingProfile', ({ params }) => {
      this.#profiles.push(params?.['csChargingProfiles'] as Profile);
      return Promise.resolve({ status: 'Accepted' });
    });
    answer('ClearChargingProfile', { status: 'Accepted' });
    answer('ChangeConfiguration', { status: 'Accepted' });
    answer('TriggerMessage', { status: 'Rejected' });
    answer('GetCompositeSchedule', { status: 'Rejected' });
    answer('GetConfiguration', {
      configurationKey: Object.entries(CONFIGURATION).map(([key, value]) => ({
        key,
        readonly: true,
        value,
      })),
      unknownKey: [],
    });
  }

  static async connect(args: { url: string; id: string; key: string }): Promise<ForeignStation> {
    // The package adds the identity to the address by itself.
    const endpoint = args.url.slice(0, args.url.lastIndexOf('/'));
    const client = new RPCClient({
      ...CLIENT,
      endpoint,
      identity: args.id,
      password: args.key,
      protocols: ['ocpp1.6'],
      strictMode: true,
    });
    const station = new ForeignStation(client);
    await client.connect();
    return station;
  }

  async boot(): Promise<void> {
    const { status } = await this.#call('BootNotification', {
      chargePointVendor: 'Other',
      chargePointModel: 'Make 1',
    });
    if (status !== 'Accepted') throw new Error(`BootNotification: ${String(status)}`);
    await this.#status('Available');
  }

  async start(idTag: string): Promise<void> {
    await this.#call('Authorize', { idTag });
    await this.#status('Preparing');
    const started = await this.#call('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: this.#registerWh,
      timestamp: new Date().toISOString(),
    });
    this.transactionId = Number(started['transactionId']);
    this.#meteredMs = Date.now();
    await this.#status('Charging');
    this.#timer = setInterval(() => {
      this.#meter().catch(() => undefined);
    }, METER_EVERY_MS);
  }

  async stop(idTag: string): Promise<void> {
    clearInterval(this.#timer);
    await this.#meter();
    await this.#call('StopTransaction', {
      transactionId: this.transactionId,
      idTag,
      meterStop: Math.round(this.#registerWh),
      timestamp: new Date().toISOString(),
      reason: 'EVDisconnected',
    });
    await this.#status('Available');
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.close({ awaitPending: false });
  }

  /** The profile that came last. */
  profile(): Profile | undefined {
    return this.#profiles.at(-1);
  }

  /** What the last profile allows now, in ampere; undefined before the first. */
  limitNow(): number | undefined {
    const schedule = this.profile()?.chargingSchedule;
    if (schedule === undefined) return undefined;
    const sinceS = (Date.now() - Date.parse(schedule.startSchedule ?? '')) / 1000;
    const period = schedule.chargingSchedulePeriod.findLast(
      ({ startPeriod }) => startPeriod <= sinceS,
    );
    const limit = period?.limit ?? 0;
    return schedule.chargingRateUnit === 'A' ? limit : limit / VOLTS / PHASES;
  }

  async #meter(): Promise<void> {
    const ampere = Math.min(this.limitNow() ?? MAX_AMPERE, MAX_AMPERE);
    const powerW = ampere < 6 ? 0 : ampere * VOLTS * PHASES;
    const nowMs = Date.now();
    this.#registerWh += (powerW * (nowMs - this.#meteredMs)) / 3_600_000;
    this.#meteredMs = nowMs;
    const value = (measurand: string, unit: string, number: number) => ({
      measurand,
      unit,
      value: number.toFixed(1),
    });
    await this.#call('MeterValues', {
      connectorId: 1,
      transactionId: this.transactionId,
      meterValue: [
        {
          timestamp: new Date(nowMs).toISOString(),
          sampledValue: [
            value('Energy.Active.Import.Register', 'Wh', this.#registerWh),
            value('Power.Active.Import', 'W', powerW),
          ],
        },
      ],
    });
  }

  async #status(status: string): Promise<void> {
    await this.#call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status });
  }

  async #call(action: string, payload: object): Promise<Record<string, unknown>> {
    return (await this.#client.call(action, payload)) as Record<string, unknown>;
  }
}
