import type { StatusLog } from '#server/db/embedded-server.ts';

/** Writes plain lines to stderr: a command's stdout holds its result only. */
export const consoleLog: StatusLog = {
  info: (message) => {
    process.stderr.write(`${message}\n`);
  },
  warn: (message) => {
    process.stderr.write(`${message}\n`);
  },
};

/** Writes one line of a command's result to stdout. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs a command with the process's arguments and sets the exit code. An error becomes its one
 * sentence; VALLEY_LOG_LEVEL is not needed to read it.
 */
export async function runCli(main: (args: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    consoleLog.warn(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
