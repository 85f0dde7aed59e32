import type { Token } from '../language/token.ts';
import type { TextRange } from '../report.ts';

/** Where a token stands. It is never read from the end of the file, whose token has no position. */
export function tokenRange(token: Token): TextRange {
  const start = { line: (token.startLine ?? 1) - 1, character: (token.startColumn ?? 1) - 1 };
  // The last line and column of a token are inclusive and count from 1, so the exclusive end is the same number.
  const end = { line: (token.endLine ?? 1) - 1, character: token.endColumn ?? start.character };
  return { start, end };
}

/** The place right behind a token. */
export function behind(token: Token): TextRange {
  const { end } = tokenRange(token);
  return { start: end, end };
}

/** The index of the first token that starts at an offset or behind it. */
export function indexAt(tokens: Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle].startOffset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place behind the last character that is not white space. */
export function endRange(text: string): TextRange {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  const end = { line: lines.length - 1, character: lines[lines.length - 1].length };
  return { start: end, end };
}
