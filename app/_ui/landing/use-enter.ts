'use client';

import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import { signIn } from '../../_client/sign-in.ts';

/**
 * useEnter signs in as a role of the demo, which no other mode knows, and then goes on.
 * @returns the role that is being entered, and whether the last try failed.
 */
export function useEnter(goOn: (role: Role) => void) {
  const [entering, setEntering] = useState<Role | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const enter = async (role: Role) => {
    if (entering !== null) return;
    setEntering(role);
    setHasFailed(false);
    const reason = await signIn('demo', { role }).catch(() => 'offline');
    if (reason === null) {
      goOn(role);
      return;
    }
    setHasFailed(true);
    setEntering(null);
  };
  return { entering, hasFailed, enter };
}
