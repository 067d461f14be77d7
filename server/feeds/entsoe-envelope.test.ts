import { describe, expect, it } from 'vitest';
import { a44Xml, acknowledgementXml } from './a44-fixture.ts';
import { MAX_XML_BYTES, readPublication } from './entsoe-envelope.ts';
import { PriceFeedError } from './price-feed-error.ts';
import type { PriceFeedFault } from './price-feed-error.ts';

const GOOD = a44Xml({
  series: [
    { periods: [{ start: '2026-01-05T00:00Z', end: '2026-01-05T01:00Z', points: [[1, 5]] }] },
  ],
});

function errorOf(xml: string): PriceFeedError {
  try {
    readPublication(xml);
  } catch (error) {
    if (error instanceof PriceFeedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function withDeclaration(declaration: string, text = 'A44'): string {
  return GOOD.replace('?>\n', `?>\n${declaration}\n`).replace('<type>A44', `<type>${text}`);
}

const BILLION_LAUGHS = withDeclaration(
  '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
  '&c;',
);
const DEEP = 100_000;

describe('readPublication', () => {
  it('reads a document with a byte order mark, blank lines and comments around it', () => {
    const wrapped = `\uFEFF\n  ${GOOD.replace('<type>', '<!-- a comment --><type>')}\n\n`;
    expect(readPublication(wrapped)).toEqual(readPublication(GOOD));
  });

  const refused: [what: string, xml: string, fault: PriceFeedFault, message: string][] = [
    ['nothing', '', 'not-prices', 'empty'],
    ['blank lines', ' \n\t', 'not-prices', 'empty'],
    ['a web page', '<!DOCTYPE html><html><body>Down</body></html>', 'not-prices', 'HTML'],
    ['a web page in XML', '<?xml version="1.0"?>\n<html lang="en"/>', 'not-prices', 'HTML'],
    ['JSON', '{"error":"no"}', 'not-prices', 'no XML'],
    ['another document', '<GL_MarketDocument><a/></GL_MarketDocument>', 'not-prices', 'GL_Market'],
    ['a document cut off in a tag', GOOD.slice(0, GOOD.length - 40), 'malformed', 'cut off'],
    ['a document cut off in half', GOOD.slice(0, GOOD.length / 2), 'malformed', 'cut off'],
    ['tags that cross', GOOD.replace('</Point>', '</Period>'), 'malformed', 'damaged'],
    ['a missing element', GOOD.replace(/<position>.*<\/position>/, ''), 'malformed', 'position'],
    ['a doubled element', GOOD.replace('<mRID>', '<type>A44</type><mRID>'), 'malformed', 'type'],
    ['an entity bomb', BILLION_LAUGHS, 'unsafe', 'entities'],
    [
      'a file',
      withDeclaration('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', '&f;'),
      'unsafe',
      'entities',
    ],
    [
      'a parameter entity',
      withDeclaration('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'),
      'unsafe',
      'entities',
    ],
    ['a numeric reference', GOOD.replace('A44', '&#65;44'), 'unsafe', 'entities'],
    ['a million references', GOOD.replace('A44', '&#x41;'.repeat(700_000)), 'unsafe', 'entities'],
    ['an unknown entity', GOOD.replace('A44', '&nbsp;'), 'unsafe', 'entities'],
    [
      'deep nesting',
      GOOD.replace('A44', '<a>'.repeat(DEEP) + '</a>'.repeat(DEEP)),
      'malformed',
      'nested',
    ],
    [
      'a reserved name',
      GOOD.replace('<type>', '<__proto__><x>1</x></__proto__><type>'),
      'malformed',
      'named',
    ],
    ['too much', GOOD.replace('A44', 'A'.repeat(MAX_XML_BYTES)), 'too-large', '5 MB'],
  ];

  it.each(refused)('refuses %s in one sentence', (_what, xml, fault, message) => {
    const error = errorOf(xml);
    expect(error.message).toContain(message);
    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(/^[^\n]{10,300}\.$/);
  });

  it('tells the reason of an acknowledgement', () => {
    const error = errorOf(acknowledgementXml('No data for &lt;NL&gt; &amp; &quot;BE&quot;.'));
    expect(error.fault).toBe('acknowledgement');
    expect(error.reasonText).toBe('No data for <NL> & "BE".');
    expect(error.message).toBe('ENTSO-E sent no prices and says: No data for <NL> & "BE".');
  });

  it('tells the code of an acknowledgement without words, and that one has none at all', () => {
    expect(errorOf(acknowledgementXml('', 'A01')).message).toContain('code A01');
    const bare = '<Acknowledgement_MarketDocument><mRID>1</mRID></Acknowledgement_MarketDocument>';
    expect(errorOf(bare).message).toBe('ENTSO-E sent no prices without a reason.');
  });
});
