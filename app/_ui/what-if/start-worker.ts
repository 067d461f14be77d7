import { proxy, releaseProxy, wrap } from 'comlink';
import type { WhatIfApi } from '#workers/what-if.api.ts';
import type { WhatIfWorker } from './what-if-link.ts';

/** startWhatIfWorker starts a thread of the browser with the optimizer in it. */
export function startWhatIfWorker(): WhatIfWorker {
  // The bundler makes a worker of exactly this expression.
  const worker = new Worker(new URL('../../../workers/optimizer.browser.ts', import.meta.url), {
    type: 'module',
  });
  const api = wrap<WhatIfApi>(worker);
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    });
  });
  died.catch(() => undefined);
  return {
    use: (fleet) => api.use(fleet),
    ask: (settings, onPhase) => api.ask(settings, onPhase === null ? null : proxy(onPhase)),
    cancel: () => api.cancel(),
    died,
    end() {
      api[releaseProxy]();
      worker.terminate();
    },
  };
}
