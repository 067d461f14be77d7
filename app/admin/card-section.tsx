'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { Button } from '../_ui/button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Field } from '../_ui/field.tsx';
import { Fold } from '../_ui/fold.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { setupWords } from '../setup/setup-words.ts';
import { hrefOf, neighboursOf, placeParams, type AdminPlace } from './admin-place.ts';
import { adminWords } from './admin-words.ts';
import { SearchForm } from './search-form.tsx';

type CardPage = inferRouterOutputs<AppRouter>['fleet']['cards'];
type Card = CardPage['cards'][number];

const w = adminWords.cards;
const ANCHOR = 'cards';

type CardProps = { page: CardPage; place: AdminPlace; canWrite: boolean; canInvite: boolean };

/** Every card that may charge, whose it is, and the way to shut one out. */
export function CardSection({ page, place, canWrite, canInvite }: CardProps) {
  const { cards, total, pages } = page;
  const search = place.cardSearch;
  return (
    <SectionCard id={ANCHOR} title={w.title}>
      {(total > 0 || search !== '') && (
        <SearchForm
          name={placeParams.cardSearch}
          label={adminWords.search.cards}
          value={search}
          anchor={ANCHOR}
          allHref={hrefOf({ ...place, cards: 1, cardSearch: '' }, ANCHOR)}
        />
      )}
      <DataTable
        caption={w.table}
        columns={canWrite ? [...columns, blockColumn] : columns}
        rows={cards}
        keyOf={({ uid }) => uid}
        empty={<EmptyState title={search === '' ? w.empty : adminWords.search.nothing(search)} />}
        pager={
          <Pager
            of={w.title}
            {...neighboursOf(page, (cardsPage) => hrefOf({ ...place, cards: cardsPage }, ANCHOR))}
            place={adminWords.page(String(page.page), String(pages), String(total))}
          />
        }
      />
      {canInvite && (
        <Fold label={w.fold} isOpen={total === 0 && search === ''}>
          <CardForm />
        </Fold>
      )}
    </SectionCard>
  );
}

const [cardHead, driverHead, accountHead, useHead] = w.columns;

const columns: readonly Column<Card>[] = [
  {
    head: cardHead,
    isRowHead: true,
    cell: ({ uid, status }) => (
      <>
        {uid}
        {status === 'Blocked' && <span className="wrong block">{w.blocked}</span>}
      </>
    ),
  },
  {
    head: driverHead,
    cell: ({ driverName, email }) => (
      <span>
        {driverName ?? w.nobody}
        <span className="hint block">{email}</span>
      </span>
    ),
  },
  {
    head: accountHead,
    cell: ({ email, hasPassword }) => (email === null ? '–' : hasPassword ? w.ready : w.waiting),
  },
];

const blockColumn: Column<Card> = {
  head: useHead,
  cell: ({ uid, status }) => <BlockButton uid={uid} isBlocked={status === 'Blocked'} />,
};

function BlockButton({ uid, isBlocked }: { uid: string; isBlocked: boolean }) {
  const act = () => trpc.fleet.setCardBlocked.mutate({ uid, isBlocked: !isBlocked });
  if (isBlocked) return <ActButton label={w.unblock} spoken={w.unblockHint(uid)} act={act} />;
  const confirm = { question: w.blockAsk(uid), hint: w.blockHint };
  return <ActButton label={w.block} spoken={w.blockOf(uid)} confirm={confirm} act={act} />;
}

function CardForm() {
  const [invite, setInvite] = useState<string | null>(null);
  const { form, ...state } = useForm(async ({ text }) => {
    setInvite(null);
    const { inviteToken } = await trpc.fleet.linkCard.mutate({
      uid: text('uid'),
      email: text('email'),
      name: text('name'),
    });
    if (inviteToken !== null) setInvite(`${window.location.origin}/setup?token=${inviteToken}`);
  }, 'empty');
  return (
    <form className="grid items-start gap-3 sm:grid-cols-2" {...form}>
      <Field name="uid" label={w.uid} hint={w.uidHint} maxLength={36} autoComplete="off" />
      <Field name="name" label={w.name} autoComplete="off" />
      <Field name="email" type="email" label={w.email} autoComplete="off" />
      <Button type="submit" className="sm:mt-7" busy={state.busy}>
        {w.add}
      </Button>
      <div className="flex flex-col gap-2 sm:col-span-2">
        <FormNotice state={state} done={invite === null ? w.linked : w.invite} />
        {invite !== null && (
          <CopyLine
            label={setupWords.submitInvite}
            value={invite}
            copy={adminWords.key.copy}
            copied={adminWords.key.copied}
          />
        )}
      </div>
    </form>
  );
}
