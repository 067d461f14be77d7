'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { signOut } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { accessWords } from './access-words.ts';
import { ActButton } from './act-button.tsx';
import { deviceName } from './device-name.ts';
import { LocalTime } from './local-time.tsx';

type SignIns = inferRouterOutputs<AppRouter>['account']['signIns'];

const w = accessWords.account;

/** Every device that is signed in, and the way to sign it out from here. */
export function SignInSection({ signIns }: { signIns: SignIns }) {
  const endAll = async () => {
    await trpc.account.endAllSignIns.mutate();
    await signOut();
  };
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="sign-ins">
      <h2 id="sign-ins" className="text-lg font-semibold">
        {w.signIns}
      </h2>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={w.table}>
        <table className="w-full text-sm">
          <thead>
            <tr>
              {w.columns.map((column) => (
                <th key={column} scope="col" className="px-2 py-2 text-left">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {signIns.map((signIn) => (
              <SignInLine key={signIn.id} signIn={signIn} />
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <ActButton label={w.endAll} act={endAll} />
      </div>
    </section>
  );
}

function SignInLine({ signIn }: { signIn: SignIns[number] }) {
  const { id, current, method, device, address, createdAt, lastSeenAt } = signIn;
  const name = deviceName(device) ?? w.unknownDevice;
  return (
    <tr className="border-t border-line">
      <th scope="row" className="px-2 py-2 text-left">
        {name}
        {current && <span className="hint block">{w.thisOne}</span>}
      </th>
      <td className="px-2 py-2">
        <LocalTime at={createdAt} />
        <span className="hint block">{w.methods[method]}</span>
      </td>
      <td className="px-2 py-2">
        <LocalTime at={lastSeenAt} />
      </td>
      <td className="px-2 py-2">{address}</td>
      <td className="px-2 py-2">
        <ActButton
          label={w.end}
          spoken={w.endOf(name)}
          act={current ? signOut : () => trpc.account.endSignIn.mutate({ signInId: id })}
        />
      </td>
    </tr>
  );
}
