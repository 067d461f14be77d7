'use client';

import { useId } from 'react';
import { THEMES, type Theme } from './theme.ts';
import { uiWords } from './ui-words.ts';
import { useTheme } from './use-theme.ts';

const w = uiWords.theme;

/** Light, dark, or as the device has it. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  const [theme, choose] = useTheme(initial);
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="sr-only">{w.title}</legend>
      {THEMES.map((each) => (
        <label key={each} className="segment">
          <input
            type="radio"
            className="sr-only"
            name={name}
            checked={theme === each}
            onChange={() => {
              choose(each);
            }}
          />
          {w.choices[each]}
        </label>
      ))}
    </fieldset>
  );
}
