'use client';

import { download } from '../_client/download.ts';
import { signOutAfter } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { Progress } from '../_ui/progress.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { accessWords } from './access-words.ts';

const w = accessWords.account;
const FILE_NAME = 'valley-my-data.json';

/** A copy of everything stored about the person, and the way to have it forgotten. */
export function DataSection() {
  return (
    <SectionCard id="data" title={w.data}>
      <ExportButton />
      <DeleteForm />
    </SectionCard>
  );
}

function ExportButton() {
  const { submit, ...state } = useSubmit();
  const take = () => {
    void submit(async () => {
      const copy = await trpc.account.export.query();
      const blob = new Blob([JSON.stringify(copy, null, 2)], { type: 'application/json' });
      download(FILE_NAME, blob);
    });
  };
  return (
    <div className="flex flex-col gap-2">
      <p className="hint">{w.exportHint}</p>
      <Button className="self-start" busy={state.busy} onClick={take}>
        {w.exportButton}
      </Button>
      {state.busy && <Progress label={w.exporting} />}
      <FormNotice state={state} done={w.exported(FILE_NAME)} />
    </div>
  );
}

function DeleteForm() {
  const { form, ...state } = useForm(({ text }) => {
    // The server checks the word: anything else is refused with what to type.
    const confirm = text('confirm') as 'DELETE';
    return signOutAfter(() => trpc.account.delete.mutate({ confirm }));
  }, 'stay');
  return (
    <form className="flex flex-col gap-3 border-t border-line pt-4" {...form}>
      <h3 className="font-semibold">{w.remove}</h3>
      <p className="hint">{w.removeHint}</p>
      <Field name="confirm" label={w.removeConfirm} autoComplete="off" />
      <Button type="submit" kind="danger" className="self-start" busy={state.busy}>
        {w.removeButton}
      </Button>
      <FormNotice state={state} done={w.removed} />
    </form>
  );
}
