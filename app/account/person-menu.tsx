'use client';

import { useState } from 'react';
import { clientWords } from '../_client/client-words.ts';
import { signOut } from '../_client/sign-in.ts';
import { Menu, MenuAction, MenuChoice, MenuLink } from '../_ui/menu.tsx';
import { Notice } from '../_ui/notice.tsx';
import { THEMES } from '../_ui/theme.ts';
import { uiWords } from '../_ui/ui-words.ts';
import { useTheme } from '../_ui/use-theme.ts';
import { words } from '../_ui/words.ts';
import type { Place } from './place-links.tsx';

/** Who is signed in: the way out, how pages look and, on a phone, the way to the other pages. */
export function PersonMenu({ name, places }: { name: string; places: readonly Place[] }) {
  // The menu is made in the browser when it is opened: there the page itself tells its theme.
  const [theme, choose] = useTheme('system');
  const [hasFailed, setHasFailed] = useState(false);
  const leave = async () => {
    setHasFailed(false);
    setHasFailed(!(await signOut()));
  };
  return (
    <>
      <Menu label={name} spoken={uiWords.menuOf(name)}>
        {places.map(({ href, label }) => (
          <MenuLink key={href} href={href} className="md:hidden">
            {label}
          </MenuLink>
        ))}
        <MenuChoice
          title={uiWords.theme.title}
          value={theme}
          options={THEMES.map((value) => ({ value, label: uiWords.theme.choices[value] }))}
          onChoose={choose}
        />
        <MenuAction
          onSelect={() => {
            void leave();
          }}
        >
          {words.signIn.signOut}
        </MenuAction>
      </Menu>
      {hasFailed && (
        <div className="basis-full">
          <Notice kind="error">
            <p>{clientWords.stillIn}</p>
          </Notice>
        </div>
      )}
    </>
  );
}
