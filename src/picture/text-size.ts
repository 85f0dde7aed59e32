/** How much room text takes: nothing here can measure a font, so it is estimated, generously. */

/** An advance in a monospaced font of 12 px, in px. */
const ADVANCE = 7.4;
export const LINE_HEIGHT = 16;

// East Asian scripts and pictographs take two columns in a monospaced font.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** In px. */
export function sizeOf(lines: readonly string[]): { width: number; height: number } {
  let columns = 0;
  for (const line of lines) columns = Math.max(columns, columnsOf(line));
  return { width: Math.ceil(columns * ADVANCE), height: lines.length * LINE_HEIGHT };
}

function columnsOf(line: string): number {
  let columns = 0;
  for (const character of line) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}
