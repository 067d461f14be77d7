'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { eur, percent } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { adminWords } from './admin-words.ts';

type Programme = inferRouterOutputs<AppRouter>['fleet']['programme'];

const w = adminWords.programme;
const share = (basisPoints: number) => percent(basisPoints / 100);

export function ProgrammeSection({
  programme,
  canAccept,
}: {
  programme: Programme;
  canAccept: boolean;
}) {
  const { acceptedVersion, shareBp, driverBp, mspBp, cpoBp, platformBp } = programme;
  return (
    <SectionCard id="programme" title={w.title}>
      <p className="font-semibold">
        {acceptedVersion === null ? w.offer : w.accepted(String(acceptedVersion))}
      </p>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        <li>{w.share(share(shareBp))}</li>
        <li>
          {w.split({
            driver: share(driverBp),
            msp: share(mspBp),
            cpo: share(cpoBp),
            platform: share(platformBp),
          })}
        </li>
        <li>{w.caps(eur(programme.driverCapMicro), eur(programme.minPayoutMicro))}</li>
        <li>{w.fair}</li>
      </ul>
      {acceptedVersion === null && canAccept && <AcceptForm />}
    </SectionCard>
  );
}

function AcceptForm() {
  const { form, ...state } = useForm(
    ({ text }) => trpc.fleet.acceptProgramme.mutate({ mspName: text('msp') }),
    'refresh',
  );
  return (
    <form className="grid items-end gap-3 sm:grid-cols-2" {...form}>
      <Field name="msp" label={w.msp} />
      <Button type="submit" kind="main" busy={state.busy}>
        {w.accept}
      </Button>
      <div className="sm:col-span-2">
        <FormNotice state={state} />
      </div>
    </form>
  );
}
