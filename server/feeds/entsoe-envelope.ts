import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { PriceFeedError, shownText } from './price-feed-error.ts';

/** A year of quarter-hour prices with every position written out takes 4 MB. */
export const MAX_XML_BYTES = 5 * 1024 * 1024;

const HEAD_CHARACTERS = 1_000;
const HTML = /<!doctype\s+html|<html[\s>]/i;
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i;
/** Only the five references every XML has; a million numeric ones blocked the parser for 0.6 s. */
const FOREIGN_REFERENCE = /&(?!(?:lt|gt|amp|quot|apos);)/;
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]);

const text = z.string().min(1);

const pointSchema = z.object({ position: text, 'price.amount': text });
const periodSchema = z.object({
  timeInterval: z.object({ start: text, end: text }),
  resolution: text,
  Point: z.array(pointSchema).default([]),
});
const seriesSchema = z.object({
  'in_Domain.mRID': text,
  'currency_Unit.name': text,
  'price_Measure_Unit.name': text,
  curveType: text.default('A01'),
  'contract_MarketAgreement.type': text.default('A01'),
  'classificationSequence_AttributeInstanceComponent.position': text.optional(),
  Period: z.array(periodSchema).default([]),
});
const publicationSchema = z.object({
  mRID: text,
  revisionNumber: text.optional(),
  type: text,
  createdDateTime: text,
  TimeSeries: z.array(seriesSchema).default([]),
});
const acknowledgementSchema = z.object({
  Reason: z.array(z.object({ code: z.string().default(''), text: z.string().default('') })),
});

/** The elements of an A44 publication document that Valley reads, as text. */
export type RawPublication = z.infer<typeof publicationSchema>;
export type RawSeries = RawPublication['TimeSeries'][number];
export type RawPeriod = RawSeries['Period'][number];

/**
 * readPublication turns the XML of a publication document of any namespace version into its
 * elements, after everything unsafe or foreign was refused.
 * @throws PriceFeedError for an acknowledgement (with its reason), HTML, a document cut off,
 *   document type definitions, entities, other documents, and anything above MAX_XML_BYTES.
 */
export function readPublication(xml: string): RawPublication {
  const cleaned = xml.replace(/^\uFEFF/, '').trim();
  refuseForeignText(cleaned);
  const root = parseXml(cleaned);
  const acknowledgement = root['Acknowledgement_MarketDocument'];
  if (acknowledgement !== undefined) throw errorFromAcknowledgement(acknowledgement);
  const publication = root['Publication_MarketDocument'];
  if (publication === undefined) {
    const names = Object.keys(root).filter((name) => !name.startsWith('?'));
    throw new PriceFeedError(
      'not-prices',
      `The document is a "${shownText(names.join(', '))}", not an ENTSO-E price document.`,
    );
  }
  const parsed = publicationSchema.safeParse(publication);
  if (!parsed.success) throw errorFromIssue(parsed.error);
  return parsed.data;
}

function refuseForeignText(cleaned: string): void {
  if (cleaned === '') {
    throw new PriceFeedError('not-prices', 'The answer is empty: it holds no price document.');
  }
  if (Buffer.byteLength(cleaned) > MAX_XML_BYTES) {
    throw new PriceFeedError(
      'too-large',
      `The document is larger than ${MAX_XML_BYTES / 1024 / 1024} MB; ask for a shorter period.`,
    );
  }
  if (HTML.test(cleaned.slice(0, HEAD_CHARACTERS))) {
    throw new PriceFeedError(
      'not-prices',
      'The answer is a web page (HTML), not a price document.',
    );
  }
  if (!cleaned.startsWith('<')) {
    throw new PriceFeedError('not-prices', 'The answer is no XML, so it is no price document.');
  }
  if (DECLARATION.test(cleaned) || FOREIGN_REFERENCE.test(cleaned)) {
    throw new PriceFeedError(
      'unsafe',
      'The document declares or uses XML entities, which no price document needs; it was not read.',
    );
  }
}

function parseXml(cleaned: string): Record<string, unknown> {
  const verdict = XMLValidator.validate(cleaned);
  if (verdict !== true) {
    throw new PriceFeedError(
      'malformed',
      `The document is damaged or cut off (line ${verdict.err.line}); fetch it again.`,
    );
  }
  const parser = new XMLParser({
    processEntities: false,
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    isArray: (name) => ['TimeSeries', 'Period', 'Point', 'Reason'].includes(name),
  });
  try {
    const root: unknown = parser.parse(cleaned);
    return z.record(z.string(), z.unknown()).parse(root);
  } catch {
    throw new PriceFeedError(
      'malformed',
      'The document is nested or named in a way no price document is; it was not read.',
    );
  }
}

function errorFromAcknowledgement(acknowledgement: unknown): PriceFeedError {
  const parsed = acknowledgementSchema.safeParse(acknowledgement);
  const reasons = parsed.success ? parsed.data.Reason : [];
  const reasonText = shownText(
    reasons.map((reason) => decodeReferences(reason.text || `code ${reason.code}`)).join('; '),
  );
  const said = reasonText === '' ? 'without a reason' : `and says: ${reasonText}`;
  return new PriceFeedError(
    'acknowledgement',
    `ENTSO-E sent no prices ${said.replace(/[.\s]+$/, '')}.`,
    reasonText,
  );
}

function decodeReferences(escaped: string): string {
  return escaped.replace(/&(?:lt|gt|amp|quot|apos);/g, (name) => PREDEFINED.get(name) ?? name);
}

function errorFromIssue(error: z.ZodError): PriceFeedError {
  const path = error.issues[0]?.path ?? [];
  const place = path
    .map((part) => (typeof part === 'number' ? String(part + 1) : String(part)))
    .join(' ');
  return new PriceFeedError(
    'malformed',
    `The document is incomplete: ${place === '' ? 'its content' : place} is missing or doubled.`,
  );
}
