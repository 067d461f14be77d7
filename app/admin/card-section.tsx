'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { CopyLine } from '../_ui/copy-line.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNote } from '../_ui/form-note.tsx';
import { words } from '../_ui/words.ts';
import { adminWords } from './admin-words.ts';
import { DataTable } from './data-table.tsx';

type Cards = inferRouterOutputs<AppRouter>['fleet']['cards'];

const w = adminWords.cards;
/** A fleet's cards fill pages; those with a driver come first and these many are shown. */
const SHOWN = 25;

type CardProps = { cards: Cards; canWrite: boolean; canInvite: boolean };

export function CardSection({ cards, canWrite, canInvite }: CardProps) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const setBlocked = (uid: string, isBlocked: boolean) => {
    void submit(async () => {
      await trpc.fleet.setCardBlocked.mutate({ uid, isBlocked });
      router.refresh();
    });
  };
  const sorted = cards
    .toSorted((a, b) => Number(b.email !== null) - Number(a.email !== null))
    .slice(0, SHOWN);
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="cards">
      <h2 id="cards" className="text-lg font-semibold">
        {w.title}
      </h2>
      {cards.length === 0 ? (
        <p className="text-soft">{w.empty}</p>
      ) : (
        <DataTable label={w.table} columns={w.columns.slice(0, canWrite ? 4 : 3)}>
          {sorted.map((card) => (
            <tr key={card.uid} className="border-t border-line">
              <th scope="row" className="px-2 py-2 text-left">
                {card.uid}
                {card.status === 'Blocked' && <span className="wrong block">{w.blocked}</span>}
              </th>
              <td className="px-2 py-2">
                {card.driverName ?? w.nobody}
                <span className="hint block">{card.email}</span>
              </td>
              <td className="px-2 py-2">
                {card.email === null ? '' : card.hasPassword ? w.ready : w.waiting}
              </td>
              {canWrite && (
                <td className="px-2 py-2">
                  <BlockButton card={card} onAsk={setBlocked} />
                </td>
              )}
            </tr>
          ))}
        </DataTable>
      )}
      <FormNote state={state} done="" />
      {canInvite && <CardForm />}
    </section>
  );
}

type BlockProps = { card: Cards[number]; onAsk: (uid: string, isBlocked: boolean) => void };

function BlockButton({ card: { uid, status }, onAsk }: BlockProps) {
  const isBlocked = status === 'Blocked';
  return (
    <button
      type="button"
      className="button whitespace-nowrap"
      aria-label={isBlocked ? w.unblockHint(uid) : w.blockHint(uid)}
      onClick={() => {
        onAsk(uid, !isBlocked);
      }}
    >
      {isBlocked ? w.unblock : w.block}
    </button>
  );
}

function CardForm() {
  const { submit, ...state } = useSubmit();
  const [invite, setInvite] = useState<string | null>(null);
  const router = useRouter();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    setInvite(null);
    const linked = await submit(async () => {
      const { inviteToken } = await trpc.fleet.linkCard.mutate({
        uid: text('uid'),
        email: text('email'),
        name: text('name'),
      });
      if (inviteToken !== null) setInvite(`${window.location.origin}/setup?token=${inviteToken}`);
    });
    if (!linked) return;
    form.reset();
    router.refresh();
  };
  return (
    <form
      className="grid items-start gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        void send(event);
      }}
    >
      <Field name="uid" label={w.uid} hint={w.uidHint} maxLength={36} autoComplete="off" />
      <Field name="name" label={w.name} autoComplete="off" />
      <Field name="email" type="email" label={w.email} autoComplete="off" />
      <button type="submit" className="button self-end" aria-disabled={state.busy}>
        {w.add}
      </button>
      <div className="flex flex-col gap-2 sm:col-span-2">
        <FormNote state={state} done={invite === null ? w.linked : w.invite} />
        {invite !== null && (
          <CopyLine
            label={words.setup.submitInvite}
            value={invite}
            copy={adminWords.key.copy}
            copied={adminWords.key.copied}
          />
        )}
      </div>
    </form>
  );
}
