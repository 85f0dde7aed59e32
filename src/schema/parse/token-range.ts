import type { Token } from '../language/token.ts';
import type { TextRange } from '../report.ts';

/** Where a token stands. It is never read from the end of the file, whose token has no position. */
export function tokenRange(token: Token): TextRange {
  const start = { line: (token.startLine ?? 1) - 1, character: (token.startColumn ?? 1) - 1 };
  // The last line and column of a token are inclusive and count from 1, so the exclusive end is the same number.
  const end = { line: (token.endLine ?? 1) - 1, character: token.endColumn ?? start.character };
  return { start, end };
}

/** The place behind the last character that is not white space. */
export function endRange(text: string): TextRange {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  const end = { line: lines.length - 1, character: lines[lines.length - 1].length };
  return { start: end, end };
}
