import type { ReactNode } from 'react';
import type { SubmitState } from '../_client/use-submit.ts';

export type NoticeKind = 'info' | 'success' | 'warn' | 'error';

/** Colour alone tells nothing: each kind has its sign. */
const signs: Readonly<Record<NoticeKind, string>> = {
  info: 'M12 11v6M12 7h.01',
  success: 'm7 12.5 3.5 3.5L17 9',
  warn: 'M12 7v6M12 17h.01',
  error: 'm8 8 8 8m0-8-8 8',
};

type NoticeProps = {
  kind: NoticeKind;
  title?: string;
  /** What it is about comes and goes with the page, so it is read like any other text. */
  isStill?: boolean;
  /** What to do about it. */
  action?: ReactNode;
  children?: ReactNode;
};

/** A sentence that must not be missed: said politely when it informs, at once when it warns. */
export function Notice({ kind, title, isStill = false, action, children }: NoticeProps) {
  const role = kind === 'info' || kind === 'success' ? 'status' : 'alert';
  return (
    <div className={`notice notice-${kind}`} {...(isStill ? {} : { role })}>
      <svg viewBox="0 0 24 24" className="notice-sign" aria-hidden="true">
        <circle cx="12" cy="12" r="10.5" />
        <path d={signs[kind]} />
      </svg>
      <div className="min-w-0 flex-1 break-words">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}

type FormNoticeProps = {
  state: Pick<SubmitState, 'done' | 'wrong'>;
  /** What to say once it is done; without it success is told by the page itself. */
  done?: string;
};

/** What came of a form. Its places are there from the start, so that what fills them is said. */
export function FormNotice({ state: { done: isDone, wrong }, done }: FormNoticeProps) {
  return (
    <>
      <div role="status" className="empty:sr-only">
        {isDone && done !== undefined && (
          <Notice kind="success" isStill>
            <p>{done}</p>
          </Notice>
        )}
      </div>
      <div role="alert" className="empty:sr-only">
        {wrong !== null && (
          <Notice kind="error" isStill>
            <p>{wrong}</p>
          </Notice>
        )}
      </div>
    </>
  );
}
