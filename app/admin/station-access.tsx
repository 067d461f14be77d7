'use client';

import { useState } from 'react';
import { trpc } from '../_client/trpc.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { CopyLine } from '../_ui/copy-line.tsx';
import { adminWords } from './admin-words.ts';
import { KeyNotice, type NewKey } from './station-form.tsx';

const w = adminWords.stations;

type AccessProps = {
  station: { id: string; isDisabled: boolean };
  url: string;
  canWrite: boolean;
  /** Whether a key stands here that is shown this once. */
  onNewKey: (isShown: boolean) => void;
};

/** Where a station connects, its key, and the way to shut it out. */
export function StationAccess({ station: { id, isDisabled }, url, canWrite, onNewKey }: AccessProps) {
  const [made, setMade] = useState<NewKey | null>(null);
  const rotate = async () => {
    setMade(await trpc.fleet.rotateKey.mutate({ stationId: id }));
    onNewKey(true);
  };
  const turn = () => trpc.fleet.setStationEnabled.mutate({ stationId: id, isEnabled: isDisabled });
  const { copy, copied } = adminWords.key;
  return (
    <>
      <h3 className="font-semibold">{w.access}</h3>
      {made === null ? (
        <CopyLine label={w.address} value={url} copy={copy} copied={copied} />
      ) : (
        <KeyNotice
          key={made.key}
          made={made}
          url={url}
          onClose={() => {
            setMade(null);
            onNewKey(false);
          }}
        />
      )}
      {canWrite && (
        <div className="flex flex-wrap gap-2">
          <ActButton
            label={w.rotate}
            spoken={w.rotateOf(id)}
            confirm={{ question: w.rotateAsk(id), hint: w.rotateHint }}
            act={rotate}
          />
          {isDisabled ? (
            <ActButton label={w.enable} spoken={w.enableOf(id)} act={turn} />
          ) : (
            <ActButton
              label={w.disable}
              spoken={w.disableOf(id)}
              kind="danger"
              confirm={{ question: w.disableAsk(id), hint: w.disableHint }}
              act={turn}
            />
          )}
        </div>
      )}
    </>
  );
}
