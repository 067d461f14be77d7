import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientWords } from './client-words.ts';
import { leaving } from './leaving.ts';
import { sentenceOf } from './plain-error.ts';
import { signOutAfter } from './sign-in.ts';

const left = vi.fn<(address: string) => void>();

/** A server that answers every request, and still or no longer knows the sign-in. */
function serve(session: { expires?: string }): void {
  vi.stubGlobal('fetch', async (path: string) =>
    Response.json(path === '/api/auth/session' ? session : { csrfToken: 'x' }),
  );
}

beforeEach(() => {
  leaving.underWay = false;
  left.mockClear();
  vi.stubGlobal('window', { location: { assign: left } });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('leaving by something that ends the sign-in', () => {
  it('expects the end of the streams before the server is asked, and goes to the start page', async () => {
    serve({});
    const seen: boolean[] = [];
    await signOutAfter(async () => seen.push(leaving.underWay));
    expect(seen).toEqual([true]);
    expect(leaving.underWay).toBe(true);
    expect(left).toHaveBeenCalledWith('/');
  });

  it('is no success where the server still knows the sign-in, and says so', async () => {
    serve({ expires: 'later' });
    const error: unknown = await signOutAfter(null).catch((thrown: unknown) => thrown);
    expect(sentenceOf(error)).toBe(clientWords.stillIn);
    expect(leaving.underWay).toBe(false);
    expect(left).not.toHaveBeenCalled();
  });

  it('stays where the server refuses, with its reason', async () => {
    serve({});
    const refused = new Error('no');
    const end = () => Promise.reject(refused);
    await expect(signOutAfter(end)).rejects.toBe(refused);
    expect(leaving.underWay).toBe(false);
    expect(left).not.toHaveBeenCalled();
  });
});
