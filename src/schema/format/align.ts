/** Lines as text, the columns of each table one below the other. */
import type { Line } from './layout.ts';

/** How much white space a column may cost at most: what is longer than others by more stands out. */
const MOST_PADDING = [16, 24];
const BEFORE_COMMENT = '  ';

export function* lineTexts(lines: readonly Line[]): Generator<string> {
  const rows = new Map<object, Line[]>();
  for (const line of lines) {
    if (line.table === undefined) continue;
    const known = rows.get(line.table);
    if (known === undefined) rows.set(line.table, [line]);
    else known.push(line);
  }
  const widths = new Map([...rows].map(([table, each]) => [table, widthsOf(each)]));
  for (const line of lines) {
    const text = joined(line, line.table === undefined ? [] : (widths.get(line.table) ?? []));
    const comment = line.trailing === undefined ? '' : `${BEFORE_COMMENT}${line.trailing}`;
    yield text === '' ? '' : `${' '.repeat(line.indent)}${text}${comment}`;
  }
}

/** How wide each column is but the last of a line, which needs no width. */
function widthsOf(rows: readonly Line[]): number[] {
  const count = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  return Array.from({ length: count - 1 }, (_, column) => {
    const found = rows
      .filter(({ cells }) => cells.length > column + 1)
      .map(({ cells }) => cells[column].length);
    const most =
      found.reduce((least, width) => Math.min(least, width)) + (MOST_PADDING[column] ?? MOST_PADDING[1]);
    return found.reduce((widest, width) => (width <= most ? Math.max(widest, width) : widest), 0);
  });
}

function joined({ cells, gaps }: Line, widths: readonly number[]): string {
  return cells
    .map((cell, i) => (i === cells.length - 1 ? cell : `${cell.padEnd(widths[i] ?? 0)}${gaps[i]}`))
    .join('');
}
