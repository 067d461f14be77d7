'use client';

import { useState } from 'react';

/** useOpener gives the focus back to what had it when a dialog came, once the dialog is gone. */
export function useOpener(): (event: Event) => void {
  const [opener] = useState(() => document.activeElement);
  return (event) => {
    // Radix would give it to its own trigger, which these dialogs have not.
    event.preventDefault();
    if (opener instanceof HTMLElement) opener.focus();
  };
}
