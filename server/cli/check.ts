import { runCli } from './console.ts';
import { runStages } from './test.ts';

/** `npm run check`: what a change should pass before it is pushed, in seconds. */
if (import.meta.main) {
  await runCli(() => runStages(['lint', 'types', 'unit'], { files: [], grep: undefined }));
}
