import { madeUpFleet, type WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import type { WhatIfSettings } from '#domain/planning/what-if/settings.ts';
import { whatIf } from '#domain/planning/what-if/what-if.ts';
import { prepareWhatIf } from '../_ui/charts/prepare-what-if.ts';
import type { FirstAnswer } from '../_ui/what-if/use-what-if.ts';

/** Cars that the server answers for while it makes a page: some ten milliseconds, whatever the link says. */
const MOST_CARS = 1_000;

let madeUp: WhatIfFleet | null = null;

/** It is the same for everybody and takes ten milliseconds to make. */
function madeUpStreet(): WhatIfFleet {
  madeUp ??= madeUpFleet();
  return madeUp;
}

/**
 * firstAnswer is what the page shows before the browser computes. A question that would keep the
 * server from other visitors shows how it was before; the browser answers the rest.
 * @param fleet null: the made-up street.
 */
export function firstAnswer(fleet: WhatIfFleet | null, settings: WhatIfSettings): FirstAnswer {
  const isComplete = settings.cars <= MOST_CARS;
  const asked = isComplete ? settings : { ...settings, share: 0, flat: 0 };
  return { prepared: prepareWhatIf(whatIf(fleet ?? madeUpStreet(), asked)), isComplete };
}
