import { pino, type Logger } from 'pino';

export type Log = Logger;

/** createLog writes JSON lines to stderr: stdout belongs to results. */
export function createLog(role: string, level: string): Log {
  return pino(
    { level, base: { role }, redact: ['*.key', '*.password', '*.authorization', '*.token', '*.secret'] },
    pino.destination({ dest: 2, sync: false }),
  );
}
