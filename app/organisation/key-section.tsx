'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { KeyScope } from '#server/auth/grants.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { accessWords } from '../account/access-words.ts';
import { LocalTime } from '../account/local-time.tsx';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { Button } from '../_ui/button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';

type Keys = inferRouterOutputs<AppRouter>['organisation']['apiKeys'];

const w = accessWords.organisation;
const DAYS = 365;
const scopeNames: Readonly<Record<string, string>> = w.scopes;

/** Keys for an organisation's own programs: shown once when made, then by their beginning. */
export function KeySection({ apiKeys, scopes }: { apiKeys: Keys; scopes: readonly KeyScope[] }) {
  return (
    <SectionCard id="keys" title={w.keys} hint={w.keysHint}>
      {apiKeys.length === 0 && <EmptyState title={w.noKeys} />}
      <ul className="flex flex-col gap-3">
        {apiKeys.map((apiKey) => (
          <KeyLine key={apiKey.id} apiKey={apiKey} />
        ))}
      </ul>
      <KeyForm scopes={scopes} />
    </SectionCard>
  );
}

function KeyLine({ apiKey }: { apiKey: Keys[number] }) {
  const { id, name, prefix, scopes, expiresAt, lastUsedAt, revokedAt } = apiKey;
  return (
    <li className="flex flex-wrap items-center justify-between gap-2">
      <span>
        <strong>{name}</strong> <code>{prefix}…</code>
        <span className="hint block">{scopes.map((scope) => scopeNames[scope]).join(' · ')}</span>
        <span className="hint block">
          <LocalTime at={expiresAt} say={w.keyUntil} />
        </span>
        <span className="hint block">
          {lastUsedAt === null ? w.keyUnused : <LocalTime at={lastUsedAt} say={w.keyUsed} />}
        </span>
      </span>
      {revokedAt === null ? (
        <ActButton
          label={w.revoke}
          spoken={w.revokeOf(name)}
          confirm={{ question: w.revokeAsk(name), hint: w.revokeHint }}
          act={() => trpc.organisation.revokeApiKey.mutate({ keyId: id })}
        />
      ) : (
        <span className="text-soft">{w.keyRevoked}</span>
      )}
    </li>
  );
}

function KeyForm({ scopes }: { scopes: readonly KeyScope[] }) {
  const [made, setMade] = useState<string | null>(null);
  const { form, ...state } = useForm(async ({ fields, text }) => {
    const { key } = await trpc.organisation.createApiKey.mutate({
      name: text('name'),
      scopes: scopes.filter((scope) => fields.has(scope)),
      days: Number(text('days')),
    });
    setMade(key);
  }, 'empty');
  return (
    <form className="grid items-start gap-3 border-t border-line pt-4 sm:grid-cols-2" {...form}>
      <Field name="name" label={w.keyName} hint={w.keyNameHint} autoComplete="off" />
      <Field name="days" type="number" min={1} max={730} defaultValue={DAYS} label={w.keyDays} />
      <fieldset className="flex flex-col gap-1 sm:col-span-2">
        <legend className="label">{w.keyScopes}</legend>
        {scopes.map((scope) => (
          <label key={scope} className="flex min-h-11 items-center gap-3">
            <input type="checkbox" name={scope} className="size-5" />
            {scopeNames[scope]}
          </label>
        ))}
      </fieldset>
      <Button type="submit" className="justify-self-start" busy={state.busy}>
        {w.createKey}
      </Button>
      <div className="flex flex-col gap-2 sm:col-span-2">
        <FormNotice state={state} done={w.keyOnce} />
        {made !== null && (
          <>
            <CopyLine label={w.keyLabel} value={made} copy={w.copy} copied={w.copied} />
            <Button
              className="self-start"
              onClick={() => {
                setMade(null);
              }}
            >
              {w.keyNoted}
            </Button>
          </>
        )}
      </div>
    </form>
  );
}
