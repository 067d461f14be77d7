'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { OrganisationKind } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../account/access-words.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { CopyLine } from '../_ui/copy-line.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNote } from '../_ui/form-note.tsx';

type Organisations = inferRouterOutputs<AppRouter>['platform']['organisations']['organisations'];

const w = accessWords.platform;
const o = accessWords.organisation;
const kindNames: Readonly<Record<string, string>> = o.kinds;
const kinds = Object.keys(o.kinds) as OrganisationKind[];

/** Every organisation of this installation, and the form that adds one with its administrator. */
export function PlatformSection({ organisations }: { organisations: Organisations }) {
  return (
    <section className="card flex flex-col gap-4" aria-labelledby="platform">
      <h2 id="platform" className="text-lg font-semibold">
        {w.title}
      </h2>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={w.table}>
        <table className="w-full text-sm">
          <thead>
            <tr>
              {w.columns.map((column) => (
                <th key={column} scope="col" className="px-2 py-2 text-left">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {organisations.map(({ id, name, kind, members }) => (
              <tr key={id} className="border-t border-line">
                <th scope="row" className="px-2 py-2 text-left">
                  {name}
                </th>
                <td className="px-2 py-2">{kindNames[kind]}</td>
                <td className="px-2 py-2">{members}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <AddForm />
    </section>
  );
}

function AddForm() {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const [link, setLink] = useState<string | null>(null);
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '');
    const kind = kinds.find((one) => one === text('kind'));
    if (kind === undefined) return;
    setLink(null);
    const added = await submit(async () => {
      const { link: toHandOver } = await trpc.platform.addOrganisation.mutate({
        name: text('name'),
        kind,
        adminName: text('adminName'),
        adminEmail: text('adminEmail'),
      });
      setLink(toHandOver);
    });
    if (!added) return;
    form.reset();
    router.refresh();
  };
  return (
    <form
      className="grid items-end gap-3 border-t border-line pt-4 sm:grid-cols-2"
      onSubmit={(event) => {
        void add(event);
      }}
    >
      <h3 className="font-semibold sm:col-span-2">{w.add}</h3>
      <Field name="name" label={w.name} maxLength={120} autoComplete="off" />
      <Choice
        name="kind"
        label={w.kind}
        options={kinds.map((value) => ({ value, label: o.kinds[value] }))}
      />
      <Field name="adminName" label={w.adminName} maxLength={120} autoComplete="off" />
      <Field name="adminEmail" type="email" label={w.adminEmail} autoComplete="off" />
      <button type="submit" className="button self-start" aria-disabled={state.busy}>
        {w.addButton}
      </button>
      <div className="flex flex-col gap-2 sm:col-span-2">
        <FormNote state={state} done={link === null ? o.mailed : o.handOver} />
        {link !== null && <CopyLine label={o.link} value={link} copy={o.copy} copied={o.copied} />}
      </div>
    </form>
  );
}
