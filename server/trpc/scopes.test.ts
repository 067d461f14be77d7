import { describe, expect, it } from 'vitest';
import { grants, isGranted, roles, scopes } from '../auth/grants.ts';
import type { Role, Scope } from '../auth/grants.ts';
import { appRouter, createCaller } from './root.ts';
import type { Context, ProcedureMeta } from './init.ts';

type Procedure = { _def: { meta?: ProcedureMeta; type: string } };
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, Procedure>,
);
const organisation = { tenantId: 1, organisationName: 'A', organisationKind: 'CPO' as const };
const personId = '00000000-0000-4000-8000-000000000001';

/** Whatever touches the world fails: a refusal must come before it. */
const unreachable = new Proxy(
  {},
  {
    get: () => {
      throw new Error('reached the world');
    },
  },
);

function contextOf(role: Role | null): Context {
  const principal =
    role === null
      ? null
      : { ...organisation, personId, name: 'A', email: 'a@example.org', role, sid: personId };
  return { deps: unreachable as Context['deps'], principal };
}

function may(role: Role | null, scope: Scope): boolean {
  return isGranted(role === null ? null : { role, organisationKind: 'CPO' }, scope);
}

async function refusalOf(path: string, role: Role | null): Promise<string | null> {
  const [router = '', procedure = ''] = path.split('.');
  const caller = createCaller(contextOf(role)) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  try {
    await caller[router]?.[procedure]?.({});
    return null;
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'UNAUTHORIZED' || code === 'FORBIDDEN' ? code : null;
  }
}

describe('every procedure', () => {
  it('exists', () => {
    expect(procedures.length).toBeGreaterThan(20);
  });
  it.each(procedures)('%s carries a scope of the list and a tenant', (_path, { _def }) => {
    expect(scopes).toContain(_def.meta?.scope);
    expect(['own', 'all', 'none']).toContain(_def.meta?.tenant);
  });
  it.each(procedures)('%s refuses exactly those without its scope', async (path, { _def }) => {
    const scope = _def.meta?.scope ?? 'account:write';
    for (const role of [null, ...roles]) {
      const expected = may(role, scope) ? null : role === null ? 'UNAUTHORIZED' : 'FORBIDDEN';
      expect([role, await refusalOf(path, role)]).toEqual([role, expected]);
    }
  });
});

describe('grants', () => {
  it('give every scope to somebody', () => {
    const granted = new Set<string>(Object.values(grants).flat());
    expect(scopes.filter((scope) => !granted.has(scope))).toEqual([]);
  });
  it('let nobody steer a stay but drivers', () => {
    expect(roles.filter((role) => may(role, 'session:steer'))).toEqual(['DRIVER']);
  });
});
