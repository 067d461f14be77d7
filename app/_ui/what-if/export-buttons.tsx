'use client';

import { useState } from 'react';
import { settingsQuery, type WhatIfDay, type WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import { download } from '../../_client/download.ts';
import { Button } from '../button.tsx';
import type { PreparedWhatIf } from '../charts/prepare-what-if.ts';
import { PICTURE, whatIfCsv, whatIfSvg } from './what-if-exports.ts';
import { whatIfWords } from './what-if-words.ts';

type ExportProps = {
  prepared: PreparedWhatIf;
  settings: WhatIfSettings;
  day: WhatIfDay;
};

/** The answer as a file, as a picture, and as a link. */
export function ExportButtons(props: ExportProps) {
  const [said, setSaid] = useState('');
  const { chart } = whatIfWords;
  return (
    <div className="no-print flex flex-wrap items-center gap-2">
      <Button
        className="text-sm"
        onClick={() => {
          download('valley-what-if.csv', new Blob([whatIfCsv(props)], { type: 'text/csv' }));
        }}
      >
        {chart.csv}
      </Button>
      <Button
        className="text-sm"
        onClick={() => {
          pictureOf(whatIfSvg(props)).then(
            (picture) => {
              download('valley-what-if.png', picture);
            },
            () => {
              setSaid(chart.pngFailed);
            },
          );
        }}
      >
        {chart.png}
      </Button>
      <Button
        className="text-sm"
        onClick={() => {
          const query = settingsQuery(props.settings, props.day);
          const { origin, pathname } = window.location;
          const address = `${origin}${pathname}${query === '' ? '' : `?${query}`}`;
          // Browsers give a clipboard to https only.
          if (!('clipboard' in navigator)) {
            setSaid(chart.noCopy);
            return;
          }
          navigator.clipboard.writeText(address).then(
            () => {
              setSaid(chart.copied);
            },
            () => {
              setSaid(chart.noCopy);
            },
          );
        }}
      >
        {chart.copyLink}
      </Button>
      <span role="status" className="hint">
        {said}
      </span>
    </div>
  );
}

async function pictureOf(svg: string): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PICTURE.width;
    canvas.height = PICTURE.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob === null) reject(new Error(whatIfWords.chart.noPicture));
        else resolve(blob);
      }, 'image/png');
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
