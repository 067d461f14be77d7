import { describe, expect, test } from 'vitest';
import { createLifetime, Stopped, unlessStopped } from './lifetime.ts';

const never = new Promise<void>(() => undefined);

describe('what a command has started', () => {
  test('ends in reverse order when a later step fails, and says what failed', async () => {
    const ended: string[] = [];
    const command = async () => {
      await using lifetime = createLifetime(never);
      await lifetime.open(Promise.resolve('database'), (name) => ended.push(name));
      await lifetime.open(Promise.resolve('system'), (name) => ended.push(name));
      await lifetime.open(Promise.reject(new Error('no keys')), () => ended.push('never opened'));
    };
    await expect(command()).rejects.toThrow('no keys');
    expect(ended).toEqual(['system', 'database']);
  });

  test('is closed where the stop comes while it opens, once it is open', async () => {
    const ended: string[] = [];
    const opening = Promise.withResolvers<string>();
    const told = Promise.withResolvers<void>();
    const command = async () => {
      await using lifetime = createLifetime(told.promise);
      await lifetime.open(opening.promise, (name) => ended.push(name));
      ended.push('went on');
      return 1;
    };
    const running = unlessStopped(command());
    told.resolve();
    await Promise.resolve();
    opening.resolve('database');
    expect(await running).toBe(0);
    expect(ended).toEqual(['database']);
  });

  test('ends whole although the end of one part fails', async () => {
    const ended: string[] = [];
    const command = async () => {
      await using lifetime = createLifetime(never);
      await lifetime.open(Promise.resolve('database'), (name) => ended.push(name));
      await lifetime.open(Promise.resolve('system'), () => { throw new Error('hangs'); });
    };
    await expect(command()).rejects.toThrow('hangs');
    expect(ended).toEqual(['database']);
  });

  test('work is left at once when the process is told to stop', async () => {
    await using lifetime = createLifetime(Promise.resolve());
    await expect(lifetime.until(never)).rejects.toThrow(Stopped);
  });
});
