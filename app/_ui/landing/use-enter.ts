'use client';

import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import { leaveFor } from '../../_client/leaving.ts';
import { PlainError } from '../../_client/plain-error.ts';
import { signIn } from '../../_client/sign-in.ts';
import { useForm } from '../../_client/use-form.ts';

/**
 * useEnter signs in as a role of the demo, which no other mode knows, and then goes to its page. Its
 * `form` holds a button of the name "role" for each.
 * @returns the role that is being entered, and whether the last try failed.
 */
export function useEnter(addressOf: (role: Role) => string) {
  const [role, setRole] = useState<Role | null>(null);
  const { form, busy, wrong } = useForm(async ({ text }) => {
    const chosen = text('role') as Role;
    setRole(chosen);
    const reason = await signIn('demo', { role: chosen });
    if (reason !== null) throw new PlainError(reason);
    await leaveFor(addressOf(chosen));
  }, 'stay');
  return { form, entering: busy ? role : null, hasFailed: wrong !== null };
}
