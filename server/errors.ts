/**
 * Everything that stops a use case is one ValleyError with a code from this table. The message is
 * for people and says what to do; a cause stays in the log. Expected outcomes of a rule are values.
 */
export const errorTable = {
  NOT_SIGNED_IN: { trpc: 'UNAUTHORIZED' },
  NOT_ALLOWED: { trpc: 'FORBIDDEN' },
  NOT_FOUND: { trpc: 'NOT_FOUND' },
  BAD_INPUT: { trpc: 'BAD_REQUEST' },
  CONFLICT: { trpc: 'CONFLICT' },
  TOO_MANY: { trpc: 'TOO_MANY_REQUESTS' },
  NOT_READY: { trpc: 'PRECONDITION_FAILED' },
  INTERNAL: { trpc: 'INTERNAL_SERVER_ERROR' },
} as const satisfies Record<string, { trpc: string }>;

export type ErrorCode = keyof typeof errorTable;

export class ValleyError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which it may be tried again, where that is known. */
  readonly retryAfterS: number | null;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; retryAfterS?: number }) {
    super(message, options);
    this.name = 'ValleyError';
    this.code = code;
    this.retryAfterS = options?.retryAfterS ?? null;
  }
}

/** isUniqueViolation recognises the loser of a race for a unique constraint, by Prisma or by SQL. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === '23505';
}

/** sqlStateOf is the PostgreSQL error code behind an error of Prisma or pg, or null. */
export function sqlStateOf(error: unknown): string | null {
  return causeOf(error)?.code ?? null;
}

/** Serialization failure, deadlock, lock not available: nothing is wrong but the moment. */
const MOVING = new Set(['40001', '40P01', '55P03']);

/** isMoving tells that others changed the same rows at the same moment: done again, it may succeed. */
export function isMoving(error: unknown): boolean {
  return MOVING.has(sqlStateOf(error) ?? '');
}

/** constraintOf names the constraint that refused a write, or null. */
export function constraintOf(error: unknown): string | null {
  return causeOf(error)?.constraint ?? null;
}

type SqlCause = { code: string; constraint: string | null };

function causeOf(error: unknown): SqlCause | null {
  const seen = new Set<unknown>();
  let at: unknown = error;
  while (typeof at === 'object' && at !== null && !seen.has(at)) {
    seen.add(at);
    const fields = at as Record<string, unknown>;
    const cause = causeFromPrisma(fields) ?? causeFromPg(fields);
    if (cause !== null) return cause;
    at = fields['cause'] ?? (fields['meta'] as Record<string, unknown> | undefined)?.['driverAdapterError'];
  }
  return null;
}

function causeFromPg(fields: Record<string, unknown>): SqlCause | null {
  const code = fields['originalCode'] ?? fields['code'];
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || /^P\d{4}$/.test(code)) return null;
  const constraint = fields['constraint'];
  return { code, constraint: typeof constraint === 'string' ? constraint : constraintIn(fields) };
}

function causeFromPrisma(fields: Record<string, unknown>): SqlCause | null {
  return fields['code'] === 'P2002' ? { code: '23505', constraint: constraintIn(fields) } : null;
}

/** Prisma's adapter hands over PostgreSQL's text but not always its constraint field. */
function constraintIn(fields: Record<string, unknown>): string | null {
  const text = [fields['originalMessage'], fields['message']].find((x) => typeof x === 'string') ?? '';
  return /constraint "([a-z0-9_]+)"/.exec(text)?.[1] ?? null;
}
