/**
 * Why something is no price answer: `acknowledgement` (the source answered in words, see the text),
 * `not-prices` (HTML, JSON, empty, another document), `unsafe` (document type, entity),
 * `too-large`, `malformed` (damaged, cut off, contradictory), `unsupported` (prices, but of a kind
 * Valley does not count in), `file` (cannot be read), `http` (the source did not answer).
 */
export type PriceFeedFault =
  | 'acknowledgement'
  | 'not-prices'
  | 'unsafe'
  | 'too-large'
  | 'malformed'
  | 'unsupported'
  | 'file'
  | 'http';

/** PriceFeedError stops a price import; its message is one sentence without any secret. */
export class PriceFeedError extends Error {
  override readonly name = 'PriceFeedError';
  readonly fault: PriceFeedFault;
  /** The source's own words, where `fault` is `acknowledgement`. */
  readonly reasonText: string | null;

  constructor(fault: PriceFeedFault, message: string, reasonText: string | null = null) {
    super(message);
    this.fault = fault;
    this.reasonText = reasonText;
  }
}

const SHOWN_CHARACTERS = 200;

/** shownText fits foreign text into a message: one line, at most 200 characters. */
export function shownText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}
