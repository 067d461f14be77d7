'use client';

import { signOut } from '../_client/sign-in.ts';
import { words } from './words.ts';

export function SignOutButton() {
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        void signOut();
      }}
    >
      {words.signIn.signOut}
    </button>
  );
}
