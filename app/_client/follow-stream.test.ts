import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followStream } from './follow-stream.ts';

/** As much of a browser's EventSource as tRPC uses. */
class FakeEventSource extends EventTarget {
  static made: FakeEventSource[] = [];
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState = 0;
  constructor() {
    super();
    FakeEventSource.made.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  say(type: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

class FakeDocument extends EventTarget {
  hidden = false;
  show(shown: boolean): void {
    this.hidden = !shown;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let page: FakeDocument;
let told: string[];
let stop: () => void;
const settle = () => vi.advanceTimersByTimeAsync(0);
const latest = () => {
  const source = FakeEventSource.made.at(-1);
  if (source === undefined) throw new Error('No stream was opened.');
  return source;
};

beforeEach(async () => {
  vi.useFakeTimers();
  page = new FakeDocument();
  vi.stubGlobal('document', page);
  FakeEventSource.made = [];
  told = [];
  const client = createTRPCClient<AnyTRPCRouter>({
    links: [httpSubscriptionLink({ url: 'http://portal.test', EventSource: FakeEventSource })],
  }) as unknown as {
    live: { subscribe: (input: undefined, listener: object) => { unsubscribe(): void } };
  };
  stop = followStream<unknown>({
    subscribe: (listener) => client.live.subscribe(undefined, listener),
    onLive: () => told.push('live'),
    onData: (value) => told.push(`data ${String(value)}`),
    onLost: () => told.push('lost'),
    onEnded: () => told.push('ended'),
  });
  await settle();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function goLive(): Promise<void> {
  latest().say('connected', {});
  await settle();
}

describe('followStream', () => {
  it('tells nothing lost while it comes up, and what it says then', async () => {
    await goLive();
    latest().say('message', 'power');
    await settle();
    expect(told).toEqual(['live', 'data power']);
  });
  it('hides and shows again without an end', async () => {
    await goLive();
    page.show(false);
    await settle();
    expect(latest().readyState).toBe(2);
    page.show(true);
    await settle();
    expect(FakeEventSource.made).toHaveLength(2);
    await goLive();
    expect(told).toEqual(['live', 'live']);
  });
  it('stops without an end', async () => {
    await goLive();
    stop();
    await settle();
    expect(told).toEqual(['live']);
  });
  it('opens again after an answer that closed the stream for good', async () => {
    await goLive();
    latest().fail(2);
    await settle();
    expect(told).toEqual(['live', 'lost']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeEventSource.made).toHaveLength(2);
    await goLive();
    expect(told.at(-1)).toBe('live');
  });
  it('comes later and later, half a minute apart at most', async () => {
    for (let count = 0; count < 12; count += 1) {
      latest().fail(2);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(FakeEventSource.made).toHaveLength(13);
    latest().fail(2);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(FakeEventSource.made).toHaveLength(13);
  });
  it('is told lost by a break that the browser mends itself', async () => {
    await goLive();
    latest().fail(0);
    await settle();
    expect(told).toEqual(['live', 'lost']);
    expect(FakeEventSource.made).toHaveLength(1);
  });
  it('ends for good where the server ends it or refuses the sign-in', async () => {
    await goLive();
    latest().say('return', null);
    await settle();
    page.show(false);
    page.show(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['live', 'ended']);
    expect(FakeEventSource.made).toHaveLength(1);
  });
  it('takes a refusal as the end', async () => {
    await goLive();
    const data = { code: 'UNAUTHORIZED', httpStatus: 401 };
    latest().say('serialized-error', { message: 'No.', code: -32001, data });
    await settle();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['live', 'ended']);
  });
});
