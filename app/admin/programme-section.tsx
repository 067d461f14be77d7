'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { eur, percent } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
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
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const mspName = String(new FormData(event.currentTarget).get('msp') ?? '');
    if (await submit(() => trpc.fleet.acceptProgramme.mutate({ mspName }))) router.refresh();
  };
  return (
    <form
      className="grid items-end gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        void send(event);
      }}
    >
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
