'use client';

import { useState } from 'react';
import { signOut } from '../_client/sign-in.ts';
import { words } from './words.ts';

export function SignOutButton() {
  const [failed, setFailed] = useState(false);
  const leave = async () => {
    setFailed(false);
    setFailed(!(await signOut()));
  };
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          void leave();
        }}
      >
        {words.signIn.signOut}
      </button>
      <span role="alert" className="wrong empty:hidden">
        {failed ? words.signIn.stillIn : ''}
      </span>
    </>
  );
}
