import { encode } from 'uqr';

/** Light modules around the code, without which readers do not find it (ISO/IEC 18004: four). */
const BORDER = 4;

/**
 * A QR code as SVG, dark on white in both themes: readers fail on inverted codes. Error correction Q
 * stands a quarter of a weathered label.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'Q', border: BORDER });
  const path = data
    .map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
    .join('');
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      className="w-full"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
