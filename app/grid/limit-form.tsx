'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { requestId } from '../_client/request-id.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { Fold } from '../_ui/fold.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { gridWords } from './grid-words.ts';
import { instantOf, wattsOf } from './limit-draft.ts';

const w = gridWords.form;

type LimitFormProps = { gridNodeId: string; name: string; timeZone: string };

/** A limit over a span; sent twice by two taps it is one. */
export function LimitForm({ gridNodeId, name, timeZone }: LimitFormProps) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const id = useRef<string | null>(null);
  const [wrong, setWrong] = useState<{ power?: string; time?: string }>({});
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (field: string) => String(fields.get(field) ?? '');
    const limitW = wattsOf(text('power'));
    const [from, to] = ['from', 'to'].map((field) => instantOf(text(field), timeZone));
    const isWrong = limitW === null || from === undefined || to === undefined;
    setWrong({
      ...(limitW === null ? { power: w.wrongPower } : {}),
      ...(from === undefined || to === undefined ? { time: w.wrongTime } : {}),
    });
    if (isWrong) return;
    id.current ??= requestId();
    const given = { gridNodeId, limitW, from, to, requestId: id.current };
    if (!(await submit(() => trpc.grid.setLimit.mutate(given)))) return;
    id.current = null;
    form.reset();
    router.refresh();
  };
  return (
    <Fold label={w.title}>
      <form
        className="grid items-start gap-3 sm:grid-cols-3"
        aria-label={w.of(name)}
        noValidate
        onSubmit={(event) => {
          void send(event);
        }}
      >
        <Field name="power" label={w.power} inputMode="decimal" autoComplete="off" wrong={wrong.power} />
        <Field name="from" type="datetime-local" label={w.from} hint={w.fromHint} required={false} wrong={wrong.time} />
        <Field name="to" type="datetime-local" label={w.to} hint={w.toHint} required={false} />
        <div className="flex flex-col gap-3 sm:col-span-3">
          <Button type="submit" kind="main" className="w-fit" busy={state.busy}>
            {w.save}
          </Button>
          <FormNotice state={state} done={w.done} />
        </div>
      </form>
    </Fold>
  );
}
