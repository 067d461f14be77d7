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
import { instantOf, wattsOf, type TimeField } from './limit-draft.ts';

const w = gridWords.form;

type LimitFormProps = { gridNodeId: string; name: string; timeZone: string };

/** A limit over a span; sent twice by two taps it is one. */
export function LimitForm({ gridNodeId, name, timeZone }: LimitFormProps) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const id = useRef<string | null>(null);
  const [wrong, setWrong] = useState<{ power?: string; from?: string; to?: string }>({});
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement & TimeField;
    const limitW = wattsOf(field('power').value);
    const from = instantOf(field('from'), timeZone);
    const to = instantOf(field('to'), timeZone);
    setWrong({
      ...(limitW === null ? { power: w.wrongPower } : {}),
      ...(from === undefined ? { from: w.wrongTime } : {}),
      ...(to === undefined ? { to: w.wrongTime } : {}),
    });
    if (limitW === null || from === undefined || to === undefined) return;
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
        onChange={() => {
          id.current = null;
        }}
        onSubmit={(event) => {
          void send(event);
        }}
      >
        <Field name="power" label={w.power} inputMode="decimal" autoComplete="off" wrong={wrong.power} />
        <Field name="from" type="datetime-local" label={w.from} hint={w.fromHint(timeZone)} required={false} wrong={wrong.from} />
        <Field name="to" type="datetime-local" label={w.to} hint={w.toHint} required={false} wrong={wrong.to} />
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
