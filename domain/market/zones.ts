/**
 * A bidding zone: the area with one day-ahead price. `eic` is its Energy Identification Code
 * (last character = check character), `timeZone` the IANA zone of its market day.
 */
export type BiddingZone = {
  code: string;
  eic: string;
  name: string;
  timeZone: string;
};

type Row = readonly [code: string, eic: string, name: string, timeZone: string];

/** Source of the codes: ENTSO-E's list of EIC "Y" (area) codes. */
const ROWS: readonly Row[] = [
  ['NL', '10YNL----------L', 'Netherlands', 'Europe/Amsterdam'],
  ['BE', '10YBE----------2', 'Belgium', 'Europe/Brussels'],
  ['DE_LU', '10Y1001A1001A82H', 'Germany and Luxembourg', 'Europe/Berlin'],
  ['FR', '10YFR-RTE------C', 'France', 'Europe/Paris'],
  ['AT', '10YAT-APG------L', 'Austria', 'Europe/Vienna'],
  ['CH', '10YCH-SWISSGRIDZ', 'Switzerland', 'Europe/Zurich'],
  ['DK1', '10YDK-1--------W', 'Denmark West', 'Europe/Copenhagen'],
  ['DK2', '10YDK-2--------M', 'Denmark East', 'Europe/Copenhagen'],
  ['NO1', '10YNO-1--------2', 'Norway 1 (Oslo)', 'Europe/Oslo'],
  ['NO2', '10YNO-2--------T', 'Norway 2 (Kristiansand)', 'Europe/Oslo'],
  ['NO3', '10YNO-3--------J', 'Norway 3 (Trondheim)', 'Europe/Oslo'],
  ['NO4', '10YNO-4--------9', 'Norway 4 (Tromsø)', 'Europe/Oslo'],
  ['NO5', '10Y1001A1001A48H', 'Norway 5 (Bergen)', 'Europe/Oslo'],
  ['SE1', '10Y1001A1001A44P', 'Sweden 1 (Luleå)', 'Europe/Stockholm'],
  ['SE2', '10Y1001A1001A45N', 'Sweden 2 (Sundsvall)', 'Europe/Stockholm'],
  ['SE3', '10Y1001A1001A46L', 'Sweden 3 (Stockholm)', 'Europe/Stockholm'],
  ['SE4', '10Y1001A1001A47J', 'Sweden 4 (Malmö)', 'Europe/Stockholm'],
  ['FI', '10YFI-1--------U', 'Finland', 'Europe/Helsinki'],
  ['EE', '10Y1001A1001A39I', 'Estonia', 'Europe/Tallinn'],
  ['LV', '10YLV-1001A00074', 'Latvia', 'Europe/Riga'],
  ['LT', '10YLT-1001A0008Q', 'Lithuania', 'Europe/Vilnius'],
  ['PL', '10YPL-AREA-----S', 'Poland', 'Europe/Warsaw'],
  ['CZ', '10YCZ-CEPS-----N', 'Czechia', 'Europe/Prague'],
  ['SK', '10YSK-SEPS-----K', 'Slovakia', 'Europe/Bratislava'],
  ['HU', '10YHU-MAVIR----U', 'Hungary', 'Europe/Budapest'],
  ['SI', '10YSI-ELES-----O', 'Slovenia', 'Europe/Ljubljana'],
  ['HR', '10YHR-HEP------M', 'Croatia', 'Europe/Zagreb'],
  ['RO', '10YRO-TEL------P', 'Romania', 'Europe/Bucharest'],
  ['BG', '10YCA-BULGARIA-R', 'Bulgaria', 'Europe/Sofia'],
  ['GR', '10YGR-HTSO-----Y', 'Greece', 'Europe/Athens'],
  ['ES', '10YES-REE------0', 'Spain', 'Europe/Madrid'],
  ['PT', '10YPT-REN------W', 'Portugal', 'Europe/Lisbon'],
  ['IE_SEM', '10Y1001A1001A59C', 'Ireland (all-island market)', 'Europe/Dublin'],
  ['IT_NORD', '10Y1001A1001A73I', 'Italy North', 'Europe/Rome'],
  ['IT_CNOR', '10Y1001A1001A70O', 'Italy Centre-North', 'Europe/Rome'],
  ['IT_CSUD', '10Y1001A1001A71M', 'Italy Centre-South', 'Europe/Rome'],
  ['IT_SUD', '10Y1001A1001A788', 'Italy South', 'Europe/Rome'],
  ['IT_CALA', '10Y1001C--00096J', 'Italy Calabria', 'Europe/Rome'],
  ['IT_SICI', '10Y1001A1001A75E', 'Italy Sicily', 'Europe/Rome'],
  ['IT_SARD', '10Y1001A1001A74G', 'Italy Sardinia', 'Europe/Rome'],
  ['RS', '10YCS-SERBIATSOV', 'Serbia', 'Europe/Belgrade'],
  ['ME', '10YCS-CG-TSO---S', 'Montenegro', 'Europe/Podgorica'],
  ['MK', '10YMK-MEPSO----8', 'North Macedonia', 'Europe/Skopje'],
];

/** Every zone Valley knows, in the order a person is offered them. */
export const BIDDING_ZONES: readonly BiddingZone[] = ROWS.map(([code, eic, name, timeZone]) => ({
  code,
  eic,
  name,
  timeZone,
}));

const BY_CODE = new Map(BIDDING_ZONES.map((zone) => [zone.code, zone]));
const BY_EIC = new Map(BIDDING_ZONES.map((zone) => [zone.eic, zone]));

/** findZone takes a short code ("NL", "de-lu", "SE_4") or an EIC; null for an unknown zone. */
export function findZone(text: string): BiddingZone | null {
  const given = text.trim().toUpperCase();
  const underscored = given.replaceAll('-', '_');
  return (
    BY_EIC.get(given) ??
    BY_CODE.get(underscored) ??
    BY_CODE.get(underscored.replaceAll('_', '')) ??
    null
  );
}
