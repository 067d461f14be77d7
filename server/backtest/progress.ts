const WIDTH = 30;
const STEPS_WITHOUT_TERMINAL = 10;

export type ProgressSink = { isTTY?: boolean; write: (text: string) => unknown };

/** progressBar draws a bar on a terminal, and one line per tenth where there is none. */
export function progressBar(
  sink: ProgressSink,
  what: string,
): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const steps = sink.isTTY === true ? 100 : STEPS_WITHOUT_TERMINAL;
    const step = Math.floor(share * steps);
    if (step === shown) return;
    shown = step;
    const full = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    const text = `${what} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %`;
    if (sink.isTTY === true) sink.write(`\r${text}${share === 1 ? '\n' : ''}`);
    else sink.write(`${text}\n`);
  };
}
