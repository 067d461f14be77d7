'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { OrganisationKind } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../account/access-words.ts';
import { Unsent } from '../_client/plain-error.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { uiWords } from '../_ui/ui-words.ts';

type Page = inferRouterOutputs<AppRouter>['platform']['organisations'];

const w = accessWords.platform;
const o = accessWords.organisation;
const kindNames: Readonly<Record<string, string>> = o.kinds;
const kinds = Object.keys(o.kinds) as OrganisationKind[];

const [nameHead, kindHead, membersHead] = w.columns;

const columns: readonly Column<Page['organisations'][number]>[] = [
  { head: nameHead, isRowHead: true, cell: ({ name }) => name },
  { head: kindHead, cell: ({ kind }) => kindNames[kind] },
  { head: membersHead, isFigure: true, cell: ({ members }) => members },
];

/** Every organisation of this installation, and the form that adds one with its administrator. */
export function PlatformSection({ page, isLater }: { page: Page; isLater: boolean }) {
  const { organisations, next } = page;
  return (
    <SectionCard id="platform" title={w.title}>
      <DataTable
        caption={w.table}
        columns={columns}
        rows={organisations}
        keyOf={({ id }) => id}
        pager={
          <Pager
            of={w.title}
            previous={isLater ? { href: '/organisation#platform', label: uiWords.first } : null}
            next={next === null ? null : { href: `/organisation?organisations=${next}#platform` }}
          />
        }
      />
      <AddForm />
    </SectionCard>
  );
}

function AddForm() {
  const [link, setLink] = useState<string | null>(null);
  const { form, ...state } = useForm(async ({ text }) => {
    const kind = kinds.find((one) => one === text('kind'));
    if (kind === undefined) throw new Unsent();
    setLink(null);
    const { link: toHandOver } = await trpc.platform.addOrganisation.mutate({
      name: text('name'),
      kind,
      adminName: text('adminName'),
      adminEmail: text('adminEmail'),
    });
    setLink(toHandOver);
  }, 'empty');
  return (
    <form className="grid items-end gap-3 border-t border-line pt-4 sm:grid-cols-2" {...form}>
      <h3 className="font-semibold sm:col-span-2">{w.add}</h3>
      <Field name="name" label={w.name} maxLength={120} autoComplete="off" />
      <Choice
        name="kind"
        label={w.kind}
        options={kinds.map((value) => ({ value, label: o.kinds[value] }))}
      />
      <Field name="adminName" label={w.adminName} maxLength={120} autoComplete="off" />
      <Field name="adminEmail" type="email" label={w.adminEmail} autoComplete="off" />
      <Button type="submit" className="justify-self-start" busy={state.busy}>
        {w.addButton}
      </Button>
      <div className="flex flex-col gap-2 sm:col-span-2">
        <FormNotice state={state} done={link === null ? o.mailed : o.handOver} />
        {link !== null && <CopyLine label={o.link} value={link} copy={o.copy} copied={o.copied} />}
      </div>
    </form>
  );
}
