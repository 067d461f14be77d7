import { Button, ButtonLink } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { adminWords } from './admin-words.ts';

type SearchFormProps = {
  /** Of the parameter in the address. */
  name: string;
  label: string;
  value: string;
  anchor: string;
  /** Where all of the list is. */
  allHref: string;
};

/** Finds within a list; it works by the address alone, so that a search can be sent to a colleague. */
export function SearchForm({ name, label, value, anchor, allHref }: SearchFormProps) {
  return (
    <form action={`/admin#${anchor}`} role="search" aria-label={label} className="flex flex-wrap items-end gap-2">
      <div className="min-w-40 flex-1 basis-56">
        <Field
          // Another search comes with another address, and then stands in the field.
          key={value}
          type="search"
          name={name}
          label={label}
          defaultValue={value}
          required={false}
          maxLength={60}
          autoComplete="off"
        />
      </div>
      <Button type="submit">{adminWords.search.submit}</Button>
      {value !== '' && (
        <ButtonLink href={allHref} scroll={false} kind="quiet">
          {adminWords.search.all}
        </ButtonLink>
      )}
    </form>
  );
}
