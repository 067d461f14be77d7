import type { SubmitState } from '../_client/use-submit.ts';

/** What came of a form: said politely when done, at once when wrong. */
export function FormNote({ state, done }: { state: SubmitState; done: string }) {
  return (
    <>
      <p role="status" className="hint empty:hidden">
        {state.done ? done : ''}
      </p>
      <p role="alert" className="wrong empty:hidden">
        {state.wrong}
      </p>
    </>
  );
}
