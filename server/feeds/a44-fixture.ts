/** Made-up ENTSO-E answers for tests; no number in them is a real price. */
export type FixturePeriod = {
  start: string;
  end: string;
  resolution?: string;
  points: readonly (readonly [position: number | string, amount: number | string])[];
};

export type FixtureSeries = {
  sequence?: number | string;
  curveType?: string;
  contract?: string;
  zone?: string;
  currency?: string;
  unit?: string;
  periods: readonly FixturePeriod[];
};

export type FixtureDocument = {
  type?: string;
  revision?: string;
  createdAt?: string;
  namespace?: string;
  prefix?: string;
  series: readonly FixtureSeries[];
};

/** a44Xml writes a publication document with the platform's element names. */
export function a44Xml(document: FixtureDocument): string {
  const { namespace = '7:3', prefix = '' } = document;
  const open = `${prefix}Publication_MarketDocument`;
  const base = 'urn:iec62325.351:tc57wg16:451-3:publicationdocument:';
  const declared = prefix === '' ? 'xmlns' : `xmlns:${prefix.replace(':', '')}`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<${open} ${declared}="${base}${namespace}">`,
    '<mRID>made-up-1</mRID>',
    `<revisionNumber>${document.revision ?? '1'}</revisionNumber>`,
    `<type>${document.type ?? 'A44'}</type>`,
    `<createdDateTime>${document.createdAt ?? '2026-01-04T12:00:00Z'}</createdDateTime>`,
    ...document.series.map(seriesXml),
    `</${open}>`,
  ].join('\n');
}

/** acknowledgementXml writes the platform's answer in words. */
export function acknowledgementXml(text: string, code = '999'): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Acknowledgement_MarketDocument xmlns=' +
      '"urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">',
    `<mRID>made-up-2</mRID><Reason><code>${code}</code><text>${text}</text></Reason>`,
    '</Acknowledgement_MarketDocument>',
  ].join('\n');
}

function seriesXml(series: FixtureSeries, index: number): string {
  const position = 'classificationSequence_AttributeInstanceComponent.position';
  const zone = series.zone ?? '10YNL----------L';
  return [
    `<TimeSeries><mRID>${index + 1}</mRID>`,
    `<in_Domain.mRID codingScheme="A01">${zone}</in_Domain.mRID>`,
    `<out_Domain.mRID codingScheme="A01">${zone}</out_Domain.mRID>`,
    `<contract_MarketAgreement.type>${series.contract ?? 'A01'}</contract_MarketAgreement.type>`,
    `<currency_Unit.name>${series.currency ?? 'EUR'}</currency_Unit.name>`,
    `<price_Measure_Unit.name>${series.unit ?? 'MWH'}</price_Measure_Unit.name>`,
    series.sequence === undefined ? '' : `<${position}>${series.sequence}</${position}>`,
    `<curveType>${series.curveType ?? 'A03'}</curveType>`,
    ...series.periods.map(periodXml),
    '</TimeSeries>',
  ].join('\n');
}

function periodXml(period: FixturePeriod): string {
  const points = period.points.map(
    ([position, amount]) =>
      `<Point><position>${position}</position><price.amount>${amount}</price.amount></Point>`,
  );
  return [
    `<Period><timeInterval><start>${period.start}</start><end>${period.end}</end></timeInterval>`,
    `<resolution>${period.resolution ?? 'PT60M'}</resolution>`,
    ...points,
    '</Period>',
  ].join('\n');
}
