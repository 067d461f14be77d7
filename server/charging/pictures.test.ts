import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPictures } from './pictures.ts';

const READING_MS = 40;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Pictures of letters, each reading of which takes 40 ms; tells what was read together, and when. */
function letters() {
  const startMs = performance.now();
  const readings: { wanted: string; atMs: number }[] = [];
  const pictures = createPictures<string, string>(async (wanted) => {
    readings.push({ wanted: wanted.join(''), atMs: Math.round(performance.now() - startMs) });
    await new Promise((resolve) => {
      setTimeout(resolve, READING_MS);
    });
    return wanted.map((letter) => (letter === '?' ? null : `picture of ${letter}`));
  });
  return { pictures, readings };
}

test('what waits is read together, and each gets the own picture', async () => {
  const { pictures, readings } = letters();
  const asked = ['a', '?', 'b'].map((letter) => pictures.ask(letter, true).read);
  await vi.advanceTimersByTimeAsync(READING_MS);
  expect(await Promise.all(asked)).toEqual(['picture of a', null, 'picture of b']);
  expect(readings.map(({ wanted }) => wanted)).toEqual(['a?b']);
});

test('a thousand pages take a quarter of the time, and the urgent one overtakes them', async () => {
  const { pictures, readings } = letters();
  for (let index = 0; index < 1_000; index += 1) void pictures.ask('p', false);
  await vi.advanceTimersByTimeAsync(2 * READING_MS + 5);
  void pictures.ask('U', true);
  const lasting = 160 * 20;
  await vi.advanceTimersByTimeAsync(lasting);
  const urgent = readings.filter(({ wanted }) => wanted.includes('U'));
  expect(urgent.map(({ wanted }) => wanted)).toEqual(['U']);
  expect(urgent[0]?.atMs).toBeLessThan(3 * READING_MS);
  const busyMs = readings.length * READING_MS;
  expect(busyMs / lasting).toBeLessThan(0.3);
  expect(readings.length).toBeGreaterThan(15);
});

test('urgent ones alone take half of the time', async () => {
  const { pictures, readings } = letters();
  for (let index = 0; index < 1_000; index += 1) void pictures.ask('U', true);
  await vi.advanceTimersByTimeAsync(80 * 10);
  expect(readings.length).toBeGreaterThan(8);
  expect(readings.length).toBeLessThanOrEqual(11);
});

test('one that waits can be made urgent, and one that nobody waits for is not read', async () => {
  const { pictures, readings } = letters();
  void pictures.ask('a', false);
  await vi.advanceTimersByTimeAsync(READING_MS);
  const [hurried, left] = [pictures.ask('h', false), pictures.ask('x', false)];
  hurried.hurry();
  left.drop();
  expect(await left.read).toBeNull();
  await vi.advanceTimersByTimeAsync(READING_MS + 2);
  expect(readings.map(({ wanted }) => wanted)).toEqual(['a', 'h']);
  expect(hurried.isWaiting()).toBe(false);
  await vi.advanceTimersByTimeAsync(READING_MS);
  expect(await hurried.read).toBe('picture of h');
});

test('a reading that fails is told to who waited for it, and the next one is made', async () => {
  let fails = true;
  const pictures = createPictures<string, string>((wanted) =>
    fails ? Promise.reject(new Error('no database')) : Promise.resolve(wanted),
  );
  const first = pictures.ask('a', true).read.catch(String);
  await vi.advanceTimersByTimeAsync(1);
  expect(await first).toBe('Error: no database');
  fails = false;
  const second = pictures.ask('b', true);
  await vi.advanceTimersByTimeAsync(1);
  expect(await second.read).toBe('b');
});

test('a reading that hangs fails after its deadline, and the next one is made soon after', async () => {
  let hangs = true;
  const pictures = createPictures<string, string>((wanted) =>
    hangs ? new Promise(() => undefined) : Promise.resolve(wanted),
  );
  const first = pictures.ask('a', true).read.catch(String);
  await vi.advanceTimersByTimeAsync(1);
  hangs = false;
  const second = pictures.ask('b', true).read;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await first).toMatch(/no answer within/);
  expect(await second).toBe('b');
});

test('one picture that cannot be made fails alone', async () => {
  const pictures = createPictures<string, string>((wanted) =>
    Promise.resolve(wanted.map((one) => (one === 'bad' ? new Error('no such plan') : one))),
  );
  const asked = ['a', 'bad', 'b'].map((one) => pictures.ask(one, true).read.catch(String));
  await vi.advanceTimersByTimeAsync(1);
  expect(await Promise.all(asked)).toEqual(['a', 'Error: no such plan', 'b']);
});
