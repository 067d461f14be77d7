import { TRPCError } from '@trpc/server';
import { expect, it } from 'vitest';
import { nullIfAbsent } from './absent.ts';

it('takes what is not there for null and lets every other failure through', () => {
  expect(nullIfAbsent(new TRPCError({ code: 'NOT_FOUND' }))).toBeNull();
  expect(nullIfAbsent(new TRPCError({ code: 'BAD_REQUEST' }))).toBeNull();
  for (const failure of [new TRPCError({ code: 'INTERNAL_SERVER_ERROR' }), new Error('away')]) {
    expect(() => nullIfAbsent(failure)).toThrow(failure);
  }
});
