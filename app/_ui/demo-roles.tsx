'use client';

import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import { signIn } from '../_client/sign-in.ts';
import { words } from './words.ts';

/** Where a role's work begins. A role without a page of its own is not offered. */
const homes: Partial<Record<Role, string>> = { DRIVER: '/driver', ADMIN: '/admin', CPO: '/admin' };

/** One tap per role; the server knows this way of signing in in the demo only. */
export function DemoRoles({ roles }: { roles: readonly Role[] }) {
  const [entering, setEntering] = useState<Role | null>(null);
  const [failed, setFailed] = useState(false);
  const enter = async (role: Role) => {
    setEntering(role);
    const reason = await signIn('demo', { role }).catch(() => 'offline');
    if (reason === null) window.location.assign(homes[role] ?? '/');
    else {
      setFailed(true);
      setEntering(null);
    }
  };
  const offered = roles.filter((role) => homes[role] !== undefined).toSorted(driverFirst);
  return (
    <section aria-labelledby="demo-roles" className="card flex flex-col gap-3">
      <h2 id="demo-roles" className="font-semibold text-lg">
        {words.signIn.demoTitle}
      </h2>
      {offered.map((role, index) => (
        <button
          key={role}
          type="button"
          className={`button ${index === 0 ? 'button-main' : ''}`}
          aria-disabled={entering !== null}
          onClick={() => {
            void enter(role);
          }}
        >
          {entering === role ? words.signIn.working : words.roles[role]}
        </button>
      ))}
      {failed && (
        <p role="alert" className="wrong">
          {words.signIn.failed}
        </p>
      )}
    </section>
  );
}

function driverFirst(a: Role, b: Role): number {
  return Number(b === 'DRIVER') - Number(a === 'DRIVER');
}
