import type { ParseResult } from 'langium';
import { quoted } from '../../model/reference.ts';
import type { Report, TextRange } from '../report.ts';

type LexerError = ParseResult['lexerErrors'][number];

interface Finding {
  message: string;
  range: TextRange;
}

export const COMMENTS = 'comments start with `//` and end with the line';

/** What other languages write, and what is written here instead. */
const INSTEAD: [RegExp, string][] = [
  [/^->/, 'an arrow is written `relation.name`'],
  [/^\+/, 'write `or`'],
  [/^&&?/, 'write `and`'],
  [/^(?:-|!)/, 'write `except`'],
  [/^;/, 'declarations end without a mark'],
  [/^`/, 'a name in backticks ends with a backtick on the same line'],
  [/^"/, 'text in double quotes ends with a quote on the same line'],
  [/^[']/, 'names stand without quotes, or in backticks'],
];

const OTHERWISE = 'names are letters, digits and `_`, in segments joined by `-` or `/`';

const RULE =
  'names are letters, digits and `_`, in segments joined by a single `-` or `/`, and start with no digit';

/** What was meant as one name: `my--doc`, `a-/b`, `team-2`. */
const BROKEN_NAME = /^[A-Za-z0-9_]+(?:[-/]+[A-Za-z0-9_]+)*$/;
const WORD_BEFORE = /[A-Za-z0-9_/-]{0,200}$/;
const WORD_BEHIND = /^[A-Za-z0-9_/-]{0,200}/;

/**
 * Refuses U+0000 wherever it stands, in comments too: the database cannot store it. Of each line the
 * first is reported.
 * @returns the lines that have one
 */
export function refuseNul(text: string, report: Report): Set<number> {
  const lines = new Set<number>();
  if (!text.includes('\0')) return lines;
  for (const [line, content] of text.split(/\r\n|\r|\n/).entries()) {
    const character = content.indexOf('\0');
    if (character < 0) continue;
    lines.add(line);
    const range = { start: { line, character }, end: { line, character: character + 1 } };
    report.error(range, 'syntax', 'U+0000 cannot stand in a schema, not even in a comment; remove it');
  }
  return lines;
}

/** Says what is wrong with text that is no token of the language. */
export function unreadableText(text: string, error: LexerError): Finding {
  const { offset } = error;
  const broken = brokenName(text, error);
  if (broken !== undefined) return broken;
  for (const [pattern, instead] of INSTEAD) {
    const [mark] = pattern.exec(text.slice(offset, offset + 2)) ?? [];
    if (mark !== undefined) return finding(mark, instead, error);
  }
  // One stretch of refused text can hold several lines; the first says enough.
  const [stretch] = text.slice(offset, offset + error.length).split(/[\r\n]/, 1);
  return finding(stretch, OTHERWISE, error);
}

/** Marks that join what would be two names otherwise, such as the `--` of `my--doc`. */
function brokenName(text: string, error: LexerError): Finding | undefined {
  const { offset, length, line, column } = error;
  if (!/^[-/]+$/.test(text.slice(offset, offset + length))) return undefined;
  const [before] = WORD_BEFORE.exec(text.slice(Math.max(0, offset - 200), offset)) ?? [''];
  const [behind] = WORD_BEHIND.exec(text.slice(offset, offset + 200)) ?? [''];
  const word = `${before}${behind}`;
  if (!BROKEN_NAME.test(word)) return undefined;
  const start = { line: (line ?? 1) - 1, character: (column ?? 1) - 1 - before.length };
  const end = { line: start.line, character: start.character + word.length };
  return {
    message: `${quoted(word)} is no name; ${RULE}`,
    range: { start, end },
  };
}

function finding(refused: string, instead: string, { line, column }: LexerError): Finding {
  const start = { line: (line ?? 1) - 1, character: (column ?? 1) - 1 };
  const end = { line: start.line, character: start.character + refused.length };
  return { message: `${quoted(refused)} has no meaning here; ${instead}`, range: { start, end } };
}
