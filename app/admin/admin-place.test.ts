import { describe, expect, it } from 'vitest';
import { hrefOf, neighboursOf, placeFrom } from './admin-place.ts';

const stay = '0f7c1a52-8d1e-4c3b-9a57-2f1f6f1f9a10';

describe('a place of the administration', () => {
  it('survives the way through the address', () => {
    const place = { stations: 3, stationSearch: 'Quay & Sons', cards: 2, cardSearch: 'a%', stays: stay };
    const { searchParams, hash } = new URL(hrefOf(place, 'cards'), 'http://localhost');
    expect(placeFrom(Object.fromEntries(searchParams))).toEqual(place);
    expect(hash).toBe('#cards');
  });
  it('is short where everything is on its first page', () => {
    expect(hrefOf(placeFrom({}), 'stays')).toBe('/admin#stays');
  });
  it('is the first page where the address says nonsense', () => {
    const nonsense = { stations: '-1', cards: '2.5', stays: "'; DROP", station: ['a', 'b'] };
    expect(placeFrom(nonsense)).toEqual(placeFrom({}));
  });
});

describe('neighbours of a page', () => {
  const hrefAt = (page: number) => `?${page}`;
  it('end where the list ends', () => {
    expect(neighboursOf({ page: 1, pages: 1 }, hrefAt)).toEqual({ previous: null, next: null });
    expect(neighboursOf({ page: 2, pages: 3 }, hrefAt)).toEqual({
      previous: { href: '?1' },
      next: { href: '?3' },
    });
  });
  it('lead back into a list that has become shorter', () => {
    expect(neighboursOf({ page: 9, pages: 2 }, hrefAt).previous).toEqual({ href: '?2' });
  });
});
