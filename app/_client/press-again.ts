'use client';

/** Fields whose value is typed or picked; boxes and radio buttons stand as they were left. */
const TYPED = new Set(['text', 'email', 'password', 'tel', 'url', 'search', 'number', 'time', 'date', 'datetime-local', 'select-one']);

/**
 * pressAgain presses a form that was pressed before the page's script had come, as it was then: what
 * was typed is typed again, for nobody had listened, and the same button sends it.
 */
export function pressAgain(form: HTMLFormElement | null, fields: FormData): void {
  // Not within React's own turn: what is set there shows only once all is done.
  setTimeout(() => {
    if (form === null) return;
    for (const field of form.elements) typeAgain(field, fields);
    setTimeout(() => {
      form.requestSubmit(pressedIn(form, fields));
    });
  });
}

function typeAgain(field: Element, fields: FormData): void {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  const typed = fields.get(field.name);
  if (!TYPED.has(field.type) || typeof typed !== 'string') return;
  // React hears of a value only where it differs from the one that it set or saw itself.
  field.value = '';
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLSelectElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, typed);
  field.dispatchEvent(new Event(field instanceof HTMLInputElement ? 'input' : 'change', { bubbles: true }));
}

function pressedIn(form: HTMLFormElement, fields: FormData): HTMLButtonElement | null {
  const named = form.querySelectorAll<HTMLButtonElement>('button[type="submit"][name]');
  return [...named].find(({ name, value }) => fields.get(name) === value) ?? null;
}
