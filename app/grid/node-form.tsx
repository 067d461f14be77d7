'use client';

import { useRef } from 'react';
import { requestId } from '../_client/request-id.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { gridWords } from './grid-words.ts';

const w = gridWords.node;
const kinds = Object.entries(gridWords.kinds).map(([value, label]) => ({ value, label }));

/** Adds a transformer or a feeder to the tree. */
export function NodeForm({ nodes }: { nodes: readonly { id: string; name: string }[] }) {
  const id = useRef<string | null>(null);
  const { form, ...state } = useForm(async ({ text }) => {
    const kind = text('kind') === 'TRANSFORMER' ? 'TRANSFORMER' : 'FEEDER';
    const parentId = text('parent') === '' ? null : text('parent');
    id.current ??= requestId();
    await trpc.grid.addNode.mutate({ kind, parentId, name: text('name'), requestId: id.current });
    id.current = null;
  }, 'empty');
  return (
    <SectionCard title={w.title}>
      <form
        className="grid items-end gap-3 sm:grid-cols-3"
        onChange={() => {
          id.current = null;
        }}
        {...form}
      >
        <Field name="name" label={w.name} maxLength={120} autoComplete="off" />
        <Choice name="kind" label={w.kind} options={kinds} />
        <Choice
          name="parent"
          label={w.parent}
          required={false}
          options={[{ value: '', label: w.top }, ...nodes.map((node) => ({ value: node.id, label: node.name }))]}
        />
        <div className="flex flex-col gap-3 sm:col-span-3">
          <Button type="submit" className="w-fit" busy={state.busy}>
            {w.save}
          </Button>
          <FormNotice state={state} done={w.done} />
        </div>
      </form>
    </SectionCard>
  );
}
