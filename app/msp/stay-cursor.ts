import { isUuid } from '../_client/uuid.ts';

/** Where a page of stays begins: before this one. */
export type StayCursor = { plugInAt: Date; sessionId: string };

/** cursorOf reads a page's place out of its address; null: the newest stays, also where it makes no sense. */
export function cursorOf(text: string | string[] | undefined): StayCursor | null {
  if (typeof text !== 'string') return null;
  const [ms = '', sessionId = ''] = text.split('_');
  const plugInAt = new Date(Number(ms));
  return /^\d{1,15}$/.test(ms) && !Number.isNaN(plugInAt.getTime()) && isUuid(sessionId) ? { plugInAt, sessionId } : null;
}

/** cursorText is the place as a part of an address. */
export function cursorText({ plugInAt, sessionId }: StayCursor): string {
  return [plugInAt.getTime(), sessionId].join('_');
}
