import QRCode from 'qrcode';

/** A QR code as an SVG path: squares of one unit on a square of `size`, four quiet units around [ISO/IEC 18004]. */
export function qrCode(text: string): { size: number; path: string } {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const quiet = 4;
  let path = '';
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue;
      const start = column;
      while (column + 1 < modules.size && modules.get(row, column + 1)) column++;
      path += `M${start + quiet} ${row + quiet}h${column - start + 1}v1h-${column - start + 1}z`;
    }
  }
  return { size: modules.size + 2 * quiet, path };
}
