'use client';

import Link from 'next/link';
import { useState } from 'react';
import { accessWords } from '../../account/access-words.ts';
import { signIn } from '../../_client/sign-in.ts';
import { words } from '../../_ui/words.ts';

const w = accessWords.link;

/** The token stands after the "#" of the address: it is sent to the server by this button alone. */
export function EnterByLink() {
  const [state, setState] = useState<'idle' | 'busy' | 'gone'>('idle');
  const enter = async () => {
    if (state === 'busy') return;
    setState('busy');
    const token = window.location.hash.slice(1);
    const reason = await signIn('link', { token }).catch(() => 'offline');
    if (reason === null) window.location.assign('/');
    else setState('gone');
  };
  if (state === 'gone') {
    return (
      <div className="card flex flex-col gap-4">
        <p role="alert">{w.gone}</p>
        <Link className="button" href="/sign-in">
          {w.again}
        </Link>
      </div>
    );
  }
  return (
    <div className="card flex flex-col gap-4">
      <p className="text-soft">{w.intro}</p>
      <button
        type="button"
        className="button button-main"
        aria-disabled={state === 'busy'}
        onClick={() => {
          void enter();
        }}
      >
        {state === 'busy' ? words.signIn.working : w.submit}
      </button>
    </div>
  );
}
