'use client';

import { useState } from 'react';
import { accessWords } from '../../account/access-words.ts';
import { signIn } from '../../_client/sign-in.ts';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { Notice } from '../../_ui/notice.tsx';

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
      <Notice kind="error" action={<ButtonLink href="/sign-in">{w.again}</ButtonLink>}>
        <p>{w.gone}</p>
      </Notice>
    );
  }
  return (
    <div className="card flex flex-col gap-4">
      <p className="text-soft">{w.intro}</p>
      <Button
        kind="main"
        busy={state === 'busy'}
        onClick={() => {
          void enter();
        }}
      >
        {w.submit}
      </Button>
    </div>
  );
}
