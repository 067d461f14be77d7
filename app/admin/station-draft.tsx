'use client';

import type { inferRouterInputs } from '@trpc/server';
import { useEffect } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { actionWords as w } from './action-words.ts';

type Action = inferRouterInputs<AppRouter>['fleet']['askStation']['action'];

/**
 * Something that may be asked of a station. `confirm`: what a driver would notice, null where
 * nobody does; `action` is null where the operator has yet to say which card.
 */
export type Draft = {
  kind: Action['kind'];
  evseId?: number;
  label: string;
  confirm: string | null;
  action: Action | null;
};

type DraftProps = {
  draft: Draft;
  busy: boolean;
  send: (action: Action) => void;
  cancel: () => void;
};

/** Asks for the card to start with. */
export function StationDraft({ draft, busy, send, cancel }: DraftProps) {
  const { form } = useForm(async ({ text }) => {
    send({ kind: 'start', evseId: draft.evseId ?? 1, card: text('card') });
  }, 'stay');
  const { ref: box } = form;
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector('input')?.focus();
  }, [box]);
  return (
    <form className="flex flex-col gap-3 rounded-xl border-2 border-action p-4" {...form}>
      <Field name="card" label={w.card} hint={w.cardHint} maxLength={36} autoComplete="off" />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="main" busy={busy}>
          {w.ask}
        </Button>
        <Button onClick={cancel}>{w.cancel}</Button>
      </div>
    </form>
  );
}
