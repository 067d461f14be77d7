'use client';

import { useState } from 'react';
import { trpc } from '../../_client/trpc.ts';
import { useForm } from '../../_client/use-form.ts';
import { Button } from '../../_ui/button.tsx';
import { Field } from '../../_ui/field.tsx';
import { FormNotice } from '../../_ui/notice.tsx';
import { settingsWords } from './settings-words.ts';

export function BatteryForm({ batteryWh }: { batteryWh: number | null }) {
  const [value, setValue] = useState(batteryWh === null ? '' : String(batteryWh / 1000));
  const { form, ...state } = useForm(async ({ text }) => {
    const typed = text('battery');
    const kwh = Number(typed.replace(',', '.'));
    await trpc.driver.setBattery.mutate({ batteryWh: typed === '' ? null : Math.round(kwh * 1000) });
  }, 'stay');
  return (
    <form className="card flex flex-col gap-4" {...form}>
      <Field
        name="battery"
        inputMode="decimal"
        pattern=" *[0-9]+([.,][0-9]+)? *"
        title={settingsWords.settings.batteryWrong}
        label={settingsWords.settings.battery}
        hint={settingsWords.settings.batteryHint}
        required={false}
        value={value}
        onChange={(event) => {
          setValue(event.target.value);
        }}
      />
      <Button type="submit" busy={state.busy}>
        {settingsWords.settings.save}
      </Button>
      <FormNotice state={state} done={settingsWords.settings.saved} />
    </form>
  );
}
