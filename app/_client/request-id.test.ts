import { expect, it } from 'vitest';
import { z } from 'zod';
import { requestId } from './request-id.ts';

it('makes version 4 UUIDs that differ', () => {
  const ids = Array.from({ length: 100 }, requestId);
  for (const id of ids) expect(z.uuidv4().safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(100);
});
