'use client';

import type { Role } from '#server/auth/grants.ts';
import { Button } from './button.tsx';
import { homes } from './landing/role-homes.ts';
import { useEnter } from './landing/use-enter.ts';
import { Notice } from './notice.tsx';
import { words } from './words.ts';

/** One tap per role; the server knows this way of signing in in the demo only. */
export function DemoRoles({ roles }: { roles: readonly Role[] }) {
  const { form, entering, hasFailed } = useEnter((role) => homes[role]);
  return (
    <section aria-labelledby="demo-roles" className="card flex flex-col gap-3">
      <h2 id="demo-roles" className="font-semibold text-lg">
        {words.signIn.demoTitle}
      </h2>
      <form className="contents" {...form}>
        {roles.toSorted(driverFirst).map((role, index) => (
          <Button
            key={role}
            type="submit"
            name="role"
            value={role}
            kind={index === 0 ? 'main' : 'plain'}
            busy={entering === role}
            off={entering !== null}
          >
            {words.roles[role]}
          </Button>
        ))}
      </form>
      {hasFailed && (
        <Notice kind="error">
          <p>{words.signIn.failed}</p>
        </Notice>
      )}
    </section>
  );
}

function driverFirst(a: Role, b: Role): number {
  return Number(b === 'DRIVER') - Number(a === 'DRIVER');
}
