import { PriceFeedError } from './price-feed-error.ts';

export type HttpText = { status: number; body: string };

export type TextRequest = {
  url: URL;
  /** How messages call the other side. */
  source: string;
  /** Taken out of every message, plain and URL-encoded. */
  secret: string;
  maxBytes: number;
  /** For one try, from connecting to the last byte. */
  timeoutMs: number;
  fetch: typeof globalThis.fetch;
  sleep: (milliseconds: number) => Promise<void>;
};

type Retry = { kind: 'retry'; why: string; waitMs: number | null };
type Outcome = { kind: 'answer'; answer: HttpText } | Retry;

const MAX_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
/** Longer requests to wait are left to the next scheduled fetch. */
const MAX_WAIT_MS = 120_000;

/**
 * requestText gets a text over HTTP from outside: no redirects (they could lead to an internal
 * address), at most `maxBytes`, and up to five tries on time-outs, lost connections, 429 and 5xx,
 * waiting 1, 2, 4, 8 s or as long as Retry-After says. Other statuses are returned with their body.
 * @throws PriceFeedError in one sentence, without URL, secret or foreign text.
 */
export async function requestText(request: TextRequest): Promise<HttpText> {
  let why = '';
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const outcome = await tryOnce(request);
    if (outcome.kind === 'answer') return outcome.answer;
    why = outcome.why;
    if (attempt === MAX_TRIES) break;
    const waitMs = Math.max(outcome.waitMs ?? 0, FIRST_WAIT_MS * 2 ** (attempt - 1));
    if (waitMs > MAX_WAIT_MS) {
      throw new PriceFeedError(
        'http',
        `${request.source} ${why} and asks to wait ${Math.ceil(waitMs / 1000)} s: try again later.`,
      );
    }
    await request.sleep(waitMs);
  }
  throw new PriceFeedError(
    'http',
    `${request.source} ${why}, ${MAX_TRIES} times in a row: try again later.`,
  );
}

/** redacted takes a secret out of a text, as it is and URL-encoded. */
export function redacted(text: string, secret: string): string {
  return text.replaceAll(secret, '[token]').replaceAll(encodeURIComponent(secret), '[token]');
}

async function tryOnce(request: TextRequest): Promise<Outcome> {
  const signal = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await request.fetch(request.url, {
      signal,
      redirect: 'manual',
      headers: { accept: 'application/xml, text/xml', 'user-agent': 'valley' },
    });
    return await outcomeOf(response, request);
  } catch (error) {
    if (error instanceof PriceFeedError) throw error;
    if (signal.aborted) {
      const why = `did not answer within ${request.timeoutMs / 1000} s`;
      return { kind: 'retry', why, waitMs: null };
    }
    return { kind: 'retry', why: `could not be reached${codeOf(error)}`, waitMs: null };
  }
}

async function outcomeOf(response: Response, request: TextRequest): Promise<Outcome> {
  const { status } = response;
  if (status === 429 || status >= 500) {
    await response.body?.cancel();
    return {
      kind: 'retry',
      why: `answered with HTTP status ${status}`,
      waitMs: waitFrom(response),
    };
  }
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new PriceFeedError(
      'http',
      `${request.source} redirects elsewhere, which Valley does not follow: check its URL.`,
    );
  }
  return { kind: 'answer', answer: { status, body: await readCapped(response, request) } };
}

async function readCapped(response: Response, request: TextRequest): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body, so the rest is never received.
    if (bytes > request.maxBytes) {
      throw new PriceFeedError(
        'too-large',
        `${request.source} sent more than ${request.maxBytes / 1024 / 1024} MB; ` +
          `ask for a shorter period.`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Retry-After in seconds or as a date, the latter by the sender's own clock where it is told. */
function waitFrom(response: Response): number | null {
  const header = response.headers.get('retry-after');
  if (header === null) return null;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000;
  const untilMs = Date.parse(header);
  const sentMs = Date.parse(response.headers.get('date') ?? '');
  const waitMs = untilMs - (Number.isNaN(sentMs) ? Date.now() : sentMs);
  return waitMs > 0 ? waitMs : null;
}

/** The system's code of a failed connection (ECONNREFUSED, …): all that is safe to show. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : '';
}
