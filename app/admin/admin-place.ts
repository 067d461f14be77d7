import { isUuid } from '../_client/uuid.ts';

/** Which page of each list the operator looks at, and what is searched: all of it in the address. */
export type AdminPlace = {
  stations: number;
  stationSearch: string;
  cards: number;
  cardSearch: string;
  /** Stays from this one on; null: the newest. */
  stays: string | null;
};

type Params = Readonly<Record<string, string | string[] | undefined>>;

const SEARCH_MAX = 60;
const PAGE_MAX = 100_000;

/** The names in the address; a search form's input carries them too. */
export const placeParams = {
  stations: 'stations',
  stationSearch: 'station',
  cards: 'cards',
  cardSearch: 'card',
  stays: 'stays',
} as const satisfies Record<keyof AdminPlace, string>;

/** placeFrom reads an address; whatever is no place is the first page of all. */
export function placeFrom(params: Params): AdminPlace {
  const text = (name: string): string => {
    const value = params[name];
    return typeof value === 'string' ? value.trim().slice(0, SEARCH_MAX) : '';
  };
  const page = (name: string): number => {
    const value = Number(text(name));
    return Number.isInteger(value) && value >= 1 && value <= PAGE_MAX ? value : 1;
  };
  const stays = text(placeParams.stays);
  return {
    stations: page(placeParams.stations),
    stationSearch: text(placeParams.stationSearch),
    cards: page(placeParams.cards),
    cardSearch: text(placeParams.cardSearch),
    stays: isUuid(stays) ? stays : null,
  };
}

/** hrefOf is the address of a place, at the list that the reader is in. */
export function hrefOf(place: AdminPlace, anchor: string): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string, isFirst: boolean) => {
    if (!isFirst) query.set(name, value);
  };
  set(placeParams.stations, String(place.stations), place.stations === 1);
  set(placeParams.stationSearch, place.stationSearch, place.stationSearch === '');
  set(placeParams.cards, String(place.cards), place.cards === 1);
  set(placeParams.cardSearch, place.cardSearch, place.cardSearch === '');
  set(placeParams.stays, place.stays ?? '', place.stays === null);
  const text = query.toString();
  return `/admin${text === '' ? '' : `?${text}`}#${anchor}`;
}

type Counted = { page: number; pages: number };

/** neighboursOf are the addresses before and after one of a number of pages; null: there is none. */
export function neighboursOf({ page, pages }: Counted, hrefAt: (page: number) => string) {
  return {
    previous: page > 1 ? { href: hrefAt(Math.min(page - 1, pages)) } : null,
    next: page < pages ? { href: hrefAt(page + 1) } : null,
  };
}
