'use client';

import { useState } from 'react';
import { clientWords } from '../_client/client-words.ts';
import { signOut } from '../_client/sign-in.ts';
import { Button } from './button.tsx';
import { words } from './words.ts';

export function SignOutButton() {
  const [failed, setFailed] = useState(false);
  const leave = async () => {
    setFailed(false);
    setFailed(!(await signOut()));
  };
  return (
    <>
      <Button
        onClick={() => {
          void leave();
        }}
      >
        {words.signIn.signOut}
      </Button>
      <span role="alert" className="wrong empty:hidden">
        {failed ? clientWords.stillIn : ''}
      </span>
    </>
  );
}
