'use client';

import * as Radix from 'radix-ui/dropdown-menu';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

type MenuProps = { label: string; spoken: string; children: ReactNode };

/** What is seldom wanted, behind one button; arrow keys and letters go through it. */
export function Menu({ label, spoken, children }: MenuProps) {
  return (
    // Not modal: locking the page's scrolling writes a style sheet that the content policy refuses.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>
        <Button aria-label={spoken}>
          <span className="max-w-[min(10rem,30vw)] truncate">{label}</span>
          <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            <path d="m2 4 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="2" />
          </svg>
        </Button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** className: for what is in the menu only where the page has no room for it. */
type MenuLinkProps = { href: string; className?: string; children: ReactNode };

export function MenuLink({ href, className = '', children }: MenuLinkProps) {
  return (
    <Radix.Item asChild className={`menu-item ${className}`}>
      <Link href={href}>{children}</Link>
    </Radix.Item>
  );
}

type MenuActionProps = { onSelect: () => void; children: ReactNode };

export function MenuAction({ onSelect, children }: MenuActionProps) {
  return (
    <Radix.Item className="menu-item" onSelect={onSelect}>
      {children}
    </Radix.Item>
  );
}

type MenuChoiceProps<Value extends string> = {
  title: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChoose: (value: Value) => void;
};

/** One of several, with a mark at the one in force; the menu stays open to see what it does. */
export function MenuChoice<Value extends string>(props: MenuChoiceProps<Value>) {
  const { title, value, options, onChoose } = props;
  return (
    <>
      <Radix.Separator className="menu-line" />
      <Radix.Label className="hint px-3 py-1">{title}</Radix.Label>
      <Radix.RadioGroup value={value}>
        {options.map((option) => (
          <Radix.RadioItem
            key={option.value}
            value={option.value}
            className="menu-item"
            onSelect={(event) => {
              event.preventDefault();
              onChoose(option.value);
            }}
          >
            <span className="inline-block w-5" aria-hidden="true">
              <Radix.ItemIndicator>✓</Radix.ItemIndicator>
            </span>
            {option.label}
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
      <Radix.Separator className="menu-line" />
    </>
  );
}
