'use client';

import { useState } from 'react';
import type { FormEvent } from 'react';
import { trpc } from '../../_client/trpc.ts';
import { useSubmit } from '../../_client/use-submit.ts';
import { Field } from '../../_ui/field.tsx';
import { FormNote } from '../../_ui/form-note.tsx';
import { words } from '../../_ui/words.ts';

export function BatteryForm({ batteryWh }: { batteryWh: number | null }) {
  const [value, setValue] = useState(batteryWh === null ? '' : String(batteryWh / 1000));
  const { submit, ...state } = useSubmit();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const kwh = Number(value.replace(',', '.'));
    void submit(() =>
      trpc.driver.setBattery.mutate({
        batteryWh: value.trim() === '' ? null : Math.round(kwh * 1000),
      }),
    );
  };
  return (
    <form className="card flex flex-col gap-4" onSubmit={save}>
      <Field
        name="battery"
        inputMode="decimal"
        label={words.settings.battery}
        hint={words.settings.batteryHint}
        required={false}
        value={value}
        onChange={(event) => {
          setValue(event.target.value);
        }}
      />
      <button type="submit" className="button" aria-disabled={state.busy}>
        {words.settings.save}
      </button>
      <FormNote state={state} done={words.settings.saved} />
    </form>
  );
}

export function PasswordForm() {
  const { submit, ...state } = useSubmit();
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const changed = await submit(() =>
      trpc.account.changePassword.mutate({
        current: String(fields.get('current')),
        next: String(fields.get('next')),
      }),
    );
    if (changed) form.reset();
  };
  return (
    <form
      className="card flex flex-col gap-4"
      onSubmit={(event) => {
        void change(event);
      }}
    >
      <h2 className="text-lg font-semibold">{words.settings.password}</h2>
      <Field
        name="current"
        type="password"
        label={words.settings.current}
        autoComplete="current-password"
      />
      <Field
        name="next"
        type="password"
        label={words.settings.next}
        hint={words.settings.nextHint}
        minLength={10}
        autoComplete="new-password"
      />
      <button type="submit" className="button" aria-disabled={state.busy}>
        {words.settings.change}
      </button>
      <FormNote state={state} done={words.settings.changed} />
    </form>
  );
}
