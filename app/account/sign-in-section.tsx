'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { signOutAfter } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { accessWords } from './access-words.ts';
import { deviceName } from './device-name.ts';
import { LocalTime } from './local-time.tsx';

type SignIns = inferRouterOutputs<AppRouter>['account']['signIns'];

const w = accessWords.account;

/** Every device that is signed in, and the way to sign it out from here. */
export function SignInSection({ signIns }: { signIns: SignIns }) {
  const endAll = async () => {
    await signOutAfter(() => trpc.account.endAllSignIns.mutate());
  };
  return (
    <SectionCard id="sign-ins" title={w.signIns}>
      <ul className="flex flex-col">
        {signIns.map((signIn) => (
          <SignInLine key={signIn.id} signIn={signIn} />
        ))}
      </ul>
      <div>
        <ActButton
          label={w.endAll}
          confirm={{ question: w.endAllAsk, hint: w.endAllHint }}
          act={endAll}
        />
      </div>
    </SectionCard>
  );
}

function SignInLine({ signIn }: { signIn: SignIns[number] }) {
  const { id, current, method, device, address, createdAt, lastSeenAt } = signIn;
  const name = deviceName(device) ?? w.unknownDevice;
  return (
    <li className="grid items-center gap-2 border-t border-line py-3 sm:grid-cols-[2fr_2fr_2fr_auto]">
      <p>
        <strong>{name}</strong> {current && <span className="text-soft">({w.thisOne})</span>}
        <span className="hint block break-all">{address}</span>
      </p>
      <p className="hint">
        <LocalTime at={createdAt} say={w.methods[method]} />
      </p>
      <p className="hint">
        <LocalTime at={lastSeenAt} say={w.lastSeen} />
      </p>
      <ActButton
        label={w.end}
        spoken={w.endOf(name)}
        act={current ? () => signOutAfter(null) : () => trpc.account.endSignIn.mutate({ signInId: id })}
      />
    </li>
  );
}
