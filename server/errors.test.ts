import { describe, expect, test } from 'vitest';
import { constraintOf, isUniqueViolation, sqlStateOf } from './errors.ts';

describe('database errors', () => {
  test('are recognised through Prisma and through the driver', () => {
    expect(isUniqueViolation({ code: 'P2002' })).toBe(true);
    expect(isUniqueViolation({ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '23505', originalMessage: 'duplicate key value violates unique constraint "plan_version"' } } } })).toBe(true);
    expect(constraintOf({ cause: { originalCode: '23505', originalMessage: 'duplicate key value violates unique constraint "plan_version"' } })).toBe('plan_version');
    expect(constraintOf({ code: '23514', constraint: 'balance_not_overdrawn' })).toBe('balance_not_overdrawn');
  });
  test('other errors are none', () => {
    expect(sqlStateOf(new Error('no'))).toBe(null);
    expect(sqlStateOf({ code: 'P2025' })).toBe(null);
    expect(sqlStateOf(null)).toBe(null);
  });
});
