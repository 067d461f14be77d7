import { words } from './words.ts';

/** The name with its mark: a price curve and the valley in it. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-lg">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--action)" />
        <path
          d="M5 9h6l5 13 5-13h6"
          fill="none"
          stroke="var(--action-ink)"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {words.brand}
    </span>
  );
}
