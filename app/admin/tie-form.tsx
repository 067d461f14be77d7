'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { adminWords } from './admin-words.ts';

export type Ties = inferRouterOutputs<AppRouter>['tie']['sites'];
type TieFormProps = { locationId: string; name: string; ties: Ties };

const w = adminWords.ties;

/** Which node of the grid a site hangs below, and which municipality it lies in. */
export function TieForm({ locationId, name, ties }: TieFormProps) {
  const own = ties.sites.find((site) => site.locationId === locationId);
  const { form, ...state } = useForm(
    ({ text }) =>
      trpc.tie.tieSite.mutate({
        locationId,
        gridNodeId: text('node') === '' ? null : text('node'),
        municipalityId: text('town') === '' ? null : Number(text('town')),
      }),
    'refresh',
  );
  return (
    <details className="text-sm">
      <summary className="cursor-pointer py-2 font-semibold">{w.title}</summary>
      <form className="flex flex-col gap-2" aria-label={w.of(name)} {...form}>
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
