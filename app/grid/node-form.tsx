'use client';

import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import type { FormEvent } from 'react';
import { requestId } from '../_client/request-id.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { gridWords } from './grid-words.ts';

const w = gridWords.node;
const kinds = Object.entries(gridWords.kinds).map(([value, label]) => ({ value, label }));

/** Adds a transformer or a feeder to the tree. */
export function NodeForm({ nodes }: { nodes: readonly { id: string; name: string }[] }) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const id = useRef<string | null>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '');
    const kind = text('kind') === 'TRANSFORMER' ? 'TRANSFORMER' : 'FEEDER';
    const parentId = text('parent') === '' ? null : text('parent');
    id.current ??= requestId();
    const given = { kind, parentId, name: text('name'), requestId: id.current } as const;
    if (!(await submit(() => trpc.grid.addNode.mutate(given)))) return;
    id.current = null;
    form.reset();
    router.refresh();
  };
  return (
    <SectionCard title={w.title}>
      <form
        className="grid items-end gap-3 sm:grid-cols-3"
        onChange={() => {
          id.current = null;
        }}
        onSubmit={(event) => {
          void send(event);
        }}
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
