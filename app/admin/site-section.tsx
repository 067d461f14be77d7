'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { centsPerKwh } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { Fold } from '../_ui/fold.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { adminWords } from './admin-words.ts';
import { TieForm, type Ties } from './tie-form.tsx';

type Outputs = inferRouterOutputs<AppRouter>['fleet'];
type SiteProps = {
  sites: Outputs['locations'];
  zones: Outputs['zones'];
  ties: Ties;
  canWrite: boolean;
};

const w = adminWords.sites;

export function SiteSection({ sites, zones, ties, canWrite }: SiteProps) {
  return (
    <SectionCard id="sites" title={w.title}>
      {sites.length === 0 && <EmptyState title={w.empty} />}
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {sites.map((site) => (
          <li key={site.id} className="rounded-xl border border-line px-3 py-2">
            <p className="font-semibold">{site.name}</p>
            <p className="hint">
              {[site.address, w.line(site.biddingZone, centsPerKwh(site.salePriceMicro))]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {canWrite && <LimitForm site={site} />}
            {canWrite && <TieForm locationId={site.id} name={site.name} ties={ties} />}
          </li>
        ))}
      </ul>
      {canWrite && (
        <Fold label={w.fold} isOpen={sites.length === 0}>
          <SiteForm zones={zones} />
        </Fold>
      )}
    </SectionCard>
  );
}

function LimitForm({ site }: { site: Outputs['locations'][number] }) {
  const { form, ...state } = useForm(async ({ text }) => {
    const typed = text('limit');
    const limitW = typed === '' ? null : Math.round(Number(typed.replace(',', '.')) * 1000);
    await trpc.fleet.setSiteLimit.mutate({ locationId: site.id, limitW });
  }, 'refresh');
  return (
    <form className="mt-2 flex flex-col gap-2" aria-label={w.limitOf(site.name)} {...form}>
      <Field
        name="limit"
        label={w.limit}
        hint={w.limitHint}
        required={false}
        inputMode="decimal"
        pattern="[0-9]+([.,][0-9]+)?"
        defaultValue={site.limitW === null ? '' : String(site.limitW / 1000)}
      />
      <Button type="submit" busy={state.busy}>
        {w.saveLimit}
      </Button>
      <FormNotice state={state} done={w.limitSaved} />
    </form>
  );
}

function SiteForm({ zones }: { zones: Outputs['zones'] }) {
  const { form, ...state } = useForm(
    ({ text }) =>
      trpc.fleet.createLocation.mutate({
        name: text('name'),
        address: text('address') === '' ? null : text('address'),
        biddingZone: text('zone'),
        salePriceMicro: Math.round(Number(text('sale').replace(',', '.')) * 10_000),
      }),
    'empty',
  );
  return (
    <form className="grid items-start gap-3 sm:grid-cols-2" {...form}>
      <Field name="name" label={w.name} />
      <Field name="address" label={w.address} required={false} autoComplete="off" />
      <Choice
        name="zone"
        label={w.zone}
        options={zones.map(({ code, name }) => ({ value: code, label: name }))}
      />
      <Field
        name="sale"
        inputMode="decimal"
        label={w.sale}
        hint={w.saleHint}
        pattern="[0-9]+([.,][0-9]+)?"
      />
      <Button type="submit" busy={state.busy}>
        {w.add}
      </Button>
      <div className="sm:col-span-2">
        <FormNotice state={state} done={w.added} />
      </div>
    </form>
  );
}
