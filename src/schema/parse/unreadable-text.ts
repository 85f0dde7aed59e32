import type { ParseResult } from 'langium';
import { quoted } from '../../model/reference.ts';
import type { TextRange } from '../report.ts';

type LexerError = ParseResult['lexerErrors'][number];

interface Finding {
  message: string;
  range: TextRange;
}

/** What other languages write, and what is written here instead. */
const INSTEAD: [RegExp, string][] = [
  [/^->/, 'an arrow is written `relation.name`'],
  [/^\+/, 'write `or`'],
  [/^&&?/, 'write `and`'],
  [/^(?:-|!)/, 'write `except`'],
  [/^;/, 'declarations end without a mark'],
  [/^\/\*/, 'comments start with `//` and end with the line'],
  [/^`/, 'a name in backticks ends with a backtick on the same line'],
  [/^"/, 'text in double quotes ends with a quote on the same line'],
  [/^[']/, 'names stand without quotes, or in backticks'],
];

const OTHERWISE = 'names are letters, digits and `_`, in segments joined by `-` or `/`';

/** Says what is wrong with text that is no token of the language. */
export function unreadableText(text: string, error: LexerError): Finding {
  const { offset } = error;
  for (const [pattern, instead] of INSTEAD) {
    const [mark] = pattern.exec(text.slice(offset, offset + 2)) ?? [];
    if (mark !== undefined) return finding(mark, instead, error);
  }
  // One stretch of refused text can hold several lines; the first says enough.
  const [stretch] = text.slice(offset, offset + error.length).split(/[\r\n]/, 1);
  return finding(stretch, OTHERWISE, error);
}

function finding(refused: string, instead: string, { line, column }: LexerError): Finding {
  const start = { line: (line ?? 1) - 1, character: (column ?? 1) - 1 };
  const end = { line: start.line, character: start.character + refused.length };
  return { message: `${quoted(refused)} has no meaning here; ${instead}`, range: { start, end } };
}
