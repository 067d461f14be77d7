'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { OrganisationKind } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { leaving } from '../_client/leaving.ts';
import { trpc } from '../_client/trpc.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { accessWords } from './access-words.ts';

type Organisations = inferRouterOutputs<AppRouter>['account']['organisations'];

const w = accessWords.account;
const kinds: Readonly<Record<string, string>> = accessWords.organisation.kinds satisfies Record<
  OrganisationKind,
  string
>;

/** Where a person may work, and the way from one to another. */
export function OrganisationSection({ organisations }: { organisations: Organisations }) {
  const switchTo = async (organisationId: number) => {
    leaving.underWay = true;
    try {
      await trpc.account.switchOrganisation.mutate({ organisationId });
    } catch (error) {
      leaving.underWay = false;
      throw error;
    }
    window.location.assign('/');
  };
  return (
    <SectionCard id="organisations" title={w.organisations} hint={w.organisationsHint}>
      <ul className="flex flex-col gap-2">
        {organisations.map(({ id, name, kind, current }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-2">
            <span>
              <strong>{name}</strong>
              <span className="hint block">{kinds[kind]}</span>
            </span>
            {current ? (
              <span className="text-soft">{w.currentOne}</span>
            ) : (
              <ActButton label={w.switchTo(name)} act={() => switchTo(id)} />
            )}
          </li>
        ))}
      </ul>
    </SectionCard>
  );
}
