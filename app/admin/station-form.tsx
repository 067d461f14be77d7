'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useEffect, useRef } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { adminWords } from './admin-words.ts';

type Outputs = inferRouterOutputs<AppRouter>['fleet'];
export type NewKey = Outputs['createStation'];

const w = adminWords.stations;

type KeyProps = { made: NewKey; url: string; onClose: () => void };

/** What to type into a station; its key is shown this once. */
export function KeyNotice({ made, url, onClose }: KeyProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const { key, id } = made;
  const { copy, copied } = adminWords.key;
  return (
    <div className="flex flex-col gap-2 rounded-xl border-2 border-action p-4">
      <h3 ref={heading} tabIndex={-1} className="font-semibold">
        {adminWords.key.title(id)}
      </h3>
      <p className="hint">{adminWords.key.once}</p>
      <CopyLine label={adminWords.key.url} value={url} copy={copy} copied={copied} />
      <CopyLine label={adminWords.key.user} value={id} copy={copy} copied={copied} />
      <CopyLine label={adminWords.key.key} value={key} copy={copy} copied={copied} />
      <Button className="self-start" onClick={onClose}>
        {adminWords.key.close}
      </Button>
    </div>
  );
}

type FormProps = { sites: Outputs['locations']; onKey: (made: NewKey) => void };

/** Adds a station and hands out its key. */
export function StationForm({ sites, onKey }: FormProps) {
  const { form, ...state } = useForm(async ({ text }) => {
    onKey(
      await trpc.fleet.createStation.mutate({
        id: text('id'),
        locationId: text('site'),
        evses: Number(text('evses')),
        maxPowerW: Math.round(Number(text('power').replace(',', '.')) * 1000),
        phases: text('phases') === '1' ? 1 : 3,
      }),
    );
  }, 'empty');
  return (
    <form className="grid items-start gap-3 sm:grid-cols-2" {...form}>
      <Field name="id" label={w.id} hint={w.idHint} autoComplete="off" />
      <Choice
        name="site"
        label={w.site}
        options={sites.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Field name="evses" type="number" min={1} max={20} defaultValue={1} label={w.evses} />
      <Field
        name="power"
        inputMode="decimal"
        defaultValue="22"
        label={w.power}
        pattern="[0-9]+([.,][0-9]+)?"
      />
      <Choice
        name="phases"
        label={w.phases}
        options={[
          { value: '3', label: '3' },
          { value: '1', label: '1' },
        ]}
      />
      <Button type="submit" className="sm:mt-7" busy={state.busy}>
        {w.add}
      </Button>
      <div className="sm:col-span-2">
        <FormNotice state={state} />
      </div>
    </form>
  );
}
