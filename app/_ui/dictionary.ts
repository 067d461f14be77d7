import type { clientWords } from '../_client/client-words.ts';
import type { accessWords } from '../account/access-words.ts';
import type { actionWords } from '../admin/action-words.ts';
import type { adminWords } from '../admin/admin-words.ts';
import type { noticeWords } from '../admin/notice-words.ts';
import type { cityWords } from '../city/city-words.ts';
import type { driverWords } from '../driver/driver-words.ts';
import type { historyWords } from '../driver/history/history-words.ts';
import type { settingsWords } from '../driver/settings/settings-words.ts';
import type { storyWords } from '../driver/story-words.ts';
import type { evidenceWords } from '../evidence/evidence-words.ts';
import type { gridWords } from '../grid/grid-words.ts';
import type { mspWords } from '../msp/msp-words.ts';
import type { kerbWords } from '../q/kerb-words.ts';
import type { setupWords } from '../setup/setup-words.ts';
import type { limitWords } from './charts/limit-words.ts';
import type { landing } from './landing/landing-words.ts';
import type { switcherWords } from './landing/switcher-words.ts';
import type { uiWords } from './ui-words.ts';
import type { whatIfWords } from './what-if/what-if-words.ts';
import type { words } from './words.ts';

/** English as it was written, without the English: any text, and sentences that take the same values. */
export type Texts<English> = English extends string
  ? string
  : English extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof English]: Texts<English[Key]> };

/**
 * Everything people read, by the part of the portal that says it. English is written in the modules
 * of its parts, so that a page loads only the texts it shows; another language is one object of this
 * type, which does not compile while a text is missing.
 */
export type Dictionary = Texts<{
  common: typeof words;
  access: typeof accessWords;
  actions: typeof actionWords;
  admin: typeof adminWords;
  city: typeof cityWords;
  client: typeof clientWords;
  driver: typeof driverWords;
  evidence: typeof evidenceWords;
  grid: typeof gridWords;
  history: typeof historyWords;
  kerb: typeof kerbWords;
  landing: typeof landing;
  limits: typeof limitWords;
  msp: typeof mspWords;
  notices: typeof noticeWords;
  ui: typeof uiWords;
  settings: typeof settingsWords;
  setup: typeof setupWords;
  story: typeof storyWords;
  switcher: typeof switcherWords;
  whatIf: typeof whatIfWords;
}>;
