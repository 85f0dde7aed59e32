/** Shows where in a text something is: the line, and carets below it. */

export interface Place {
  /** Lines and columns count from 1; the end is exclusive. */
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** Two lines, or nothing if the text has no such line. */
export function excerpt(text: string, { line, column, endLine, endColumn }: Place): string[] {
  const source = text.split(/\r?\n/)[line - 1];
  if (source === undefined) return [];
  const end = endLine === line ? endColumn : source.length + 1;
  const gutter = `${line} | `;
  // Tabs stay tabs, so that the carets stand where the terminal puts the text.
  const before = source.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, end - column));
  return [`${gutter}${source}`, `${' '.repeat(gutter.length - 2)}| ${before}${carets}`];
}
