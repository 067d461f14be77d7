import { open, type FileHandle } from 'node:fs/promises';
import { ValleyError } from '../errors.ts';

/** Small enough that threads finish together, large enough that messages cost nothing. */
const PIECE_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const NEWLINE = 0x0a;

export type Piece = { index: number; startByte: number; bytes: Uint8Array<ArrayBuffer> };
export type SessionFile = {
  header: string;
  size: number;
  /** Whole lines below the header, in order, read when asked for. */
  pieces: () => AsyncGenerator<Piece>;
  /** Takes a piece's memory back for a later one, so that it does not grow with the file. */
  reuse: (buffer: ArrayBuffer) => void;
  close: () => Promise<void>;
};

/**
 * openSessionFile reads the header of a comma-separated file and hands out the rest piece by piece.
 * @throws ValleyError that names the file.
 */
export async function openSessionFile(path: string): Promise<SessionFile> {
  const file = await openOrSay(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new ValleyError('BAD_INPUT', `${path}: It is a folder, not a file.`);
    const head = Buffer.alloc(Math.min(MAX_HEADER_BYTES, stat.size));
    await file.read(head, 0, head.length, 0);
    const end = head.indexOf(NEWLINE);
    if (end < 0) throw new ValleyError('BAD_INPUT', `${path}: There are no rows below a header.`);
    const header = head.toString('utf8', 0, end);
    const spare: ArrayBuffer[] = [];
    return {
      header,
      size: stat.size,
      pieces: () => piecesOf(file, end + 1, spare),
      reuse: (buffer) => spare.push(buffer),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** lineNumberOf counts the lines before a byte: only for the message about a bad row. */
export async function lineNumberOf(path: string, byte: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(PIECE_BYTES);
    let lines = 0;
    for (let at = 0; at < byte; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(PIECE_BYTES, byte - at), at);
      if (bytesRead === 0) break;
      lines += buffer.subarray(0, bytesRead).reduce(countBreak, 0);
      at += bytesRead;
    }
    return lines;
  } finally {
    await file.close();
  }
}

function countBreak(lines: number, byte: number): number {
  return byte === NEWLINE ? lines + 1 : lines;
}

async function* piecesOf(
  file: FileHandle,
  fromByte: number,
  spare: ArrayBuffer[],
): AsyncGenerator<Piece> {
  let position = fromByte;
  for (let index = 0; ; index += 1) {
    const startByte = position;
    const buffer = Buffer.from(spare.pop() ?? new ArrayBuffer(PIECE_BYTES));
    const bytes = await readLines(file, position, buffer);
    if (bytes === null) return;
    position += bytes.byteLength;
    yield { index, startByte, bytes };
  }
}

/** Reads up to the last line break within a piece; the end of the file ends a line too. */
async function readLines(
  file: FileHandle,
  position: number,
  buffer: Buffer<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let filled = 0;
  while (filled < PIECE_BYTES) {
    const { bytesRead } = await file.read(buffer, filled, PIECE_BYTES - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  if (filled === 0) return null;
  if (filled < PIECE_BYTES) return buffer.subarray(0, filled);
  const end = buffer.lastIndexOf(NEWLINE);
  if (end < 0) throw new ValleyError('BAD_INPUT', 'The file of sessions has a line of over 1 MB.');
  return buffer.subarray(0, end + 1);
}

async function openOrSay(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${code}).`;
    throw new ValleyError('BAD_INPUT', `${path}: ${why}`);
  }
}
