'use client';

import { useRef, useState } from 'react';
import { Unsent } from '../_client/plain-error.ts';
import { requestId } from '../_client/request-id.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
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
  const id = useRef<string | null>(null);
  const [wrong, setWrong] = useState<{ power?: string; from?: string; to?: string }>({});
  const { form, ...state } = useForm(async ({ text, shown }) => {
    const time = (field: string) => shown.elements.namedItem(field) as HTMLInputElement;
    const limitW = wattsOf(text('power'));
    const from = instantOf(time('from'), timeZone);
    const to = instantOf(time('to'), timeZone);
    setWrong({
      ...(limitW === null ? { power: w.wrongPower } : {}),
      ...(from === undefined ? { from: w.wrongTime } : {}),
      ...(to === undefined ? { to: w.wrongTime } : {}),
    });
    if (limitW === null || from === undefined || to === undefined) throw new Unsent();
    id.current ??= requestId();
    await trpc.grid.setLimit.mutate({ gridNodeId, limitW, from, to, requestId: id.current });
    id.current = null;
  }, 'empty');
  return (
    <Fold label={w.title}>
      <form
        className="grid items-start gap-3 sm:grid-cols-3"
        aria-label={w.of(name)}
        noValidate
        onChange={() => {
          id.current = null;
        }}
        {...form}
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
