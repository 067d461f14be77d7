'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { adminWords } from './admin-words.ts';

export type Ties = inferRouterOutputs<AppRouter>['tie']['sites'];
type TieFormProps = { locationId: string; name: string; ties: Ties };

const w = adminWords.ties;

/** Which node of the grid a site hangs below, and which municipality it lies in. */
export function TieForm({ locationId, name, ties }: TieFormProps) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const own = ties.sites.find((site) => site.locationId === locationId);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (field: string) => String(fields.get(field) ?? '').trim();
    const given = {
      locationId,
      gridNodeId: text('node') === '' ? null : text('node'),
      municipalityId: text('town') === '' ? null : Number(text('town')),
    };
    if (await submit(() => trpc.tie.tieSite.mutate(given))) router.refresh();
  };
  return (
    <details className="text-sm">
      <summary className="cursor-pointer py-2 font-semibold">{w.title}</summary>
      <form
        className="flex flex-col gap-2"
        aria-label={w.of(name)}
        onSubmit={(event) => {
          void send(event);
        }}
      >
        <Field
          name="node"
          label={w.node}
          hint={own?.node === null || own === undefined ? w.nodeHint : w.below(own.node.name)}
          required={false}
          autoComplete="off"
          defaultValue={own?.node?.id ?? ''}
        />
        <Choice
          name="town"
          label={w.town}
          required={false}
          defaultValue={String(own?.municipalityId ?? '')}
          options={[
            { value: '', label: w.noTown },
            ...ties.municipalities.map(({ id, name: town }) => ({ value: String(id), label: town })),
          ]}
        />
        <p className="hint">{w.told}</p>
        <Button type="submit" busy={state.busy}>
          {w.save}
        </Button>
        <FormNotice state={state} done={w.saved} />
      </form>
    </details>
  );
}
