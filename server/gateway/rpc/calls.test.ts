import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALL_TIMEOUT_MS, OutboundCalls } from './calls.ts';

describe('OutboundCalls', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function make() {
    const sent: [number, string, string, object][] = [];
    return {
      sent,
      calls: new OutboundCalls((text) => {
        sent.push(JSON.parse(text) as [number, string, string, object]);
      }),
    };
  }

  it('gives the answer to its call, and refuses a second call meanwhile', async () => {
    const { sent, calls } = make();
    const outcome = calls.call('Reset', {});
    await expect(calls.call('Reset', {})).rejects.toThrow('must wait');
    expect(calls.answer({ type: 'result', id: 'other', payload: {} })).toBe(false);
    expect(calls.answer({ type: 'result', id: sent[0]?.[1] ?? '', payload: { a: 1 } })).toBe(true);
    expect(await outcome).toEqual({ kind: 'result', payload: { a: 1 } });
  });

  it('times out, and a late answer belongs to nobody', async () => {
    const { sent, calls } = make();
    const outcome = calls.call('Reset', {});
    await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS);
    expect(await outcome).toEqual({ kind: 'timeout' });
    expect(
      calls.answer({ type: 'error', id: sent[0]?.[1] ?? '', code: 'X', description: '' }),
    ).toBe(false);
  });

  it('a closed socket ends the call under way and every later one', async () => {
    const { calls } = make();
    const outcome = calls.call('Reset', {});
    calls.close();
    expect(await outcome).toEqual({ kind: 'closed' });
    expect(await calls.call('Reset', {})).toEqual({ kind: 'closed' });
  });
});
