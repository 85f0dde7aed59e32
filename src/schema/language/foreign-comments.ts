/**
 * Comments as other languages write them. They are read as comments, so that what is in them is no
 * heap of errors, and each is refused by one error of its own.
 */
import type { Token, TokenType } from './token.ts';

export const HASH_COMMENT = 'HASH_COMMENT';
export const BLOCK_COMMENT = 'BLOCK_COMMENT';

// By the list of tokens of a text: without it each of n unclosed comments would be read to the end.
const lastCloses = new WeakMap<Token[], number>();
const BEFORE_SUBJECT = new Set([':', '|']);
const REST_OF_LINE = /[^\r\n]*/y;

/** Hidden from the parser, as the comments of the language are. */
export function foreignCommentTokens(): TokenType[] {
  return [
    {
      name: HASH_COMMENT,
      PATTERN: matchHash,
      LINE_BREAKS: false,
      START_CHARS_HINT: ['#'],
      GROUP: 'hidden',
    },
    {
      name: BLOCK_COMMENT,
      PATTERN: matchBlock,
      LINE_BREAKS: true,
      START_CHARS_HINT: ['/'],
      GROUP: 'hidden',
    },
  ];
}

/** A `#` is a comment unless it is attached to the name before it: `team#member`. */
function matchHash(text: string, offset: number, before: Token[]): [string] | null {
  if (text[offset] !== '#') return null;
  const isAttached = /[\w`]/.test(text[offset - 1] ?? '');
  const isLoose = /\s/.test(text[offset + 1] ?? ' ');
  if (isAttached && (!isLoose || BEFORE_SUBJECT.has(before.at(-2)?.image ?? ''))) return null;
  return [restOfLine(text, offset)];
}

/** One that is never closed ends with its line. */
function matchBlock(text: string, offset: number, before: Token[]): [string] | null {
  if (!text.startsWith('/*', offset)) return null;
  const lastClose = lastCloses.get(before) ?? text.lastIndexOf('*/');
  lastCloses.set(before, lastClose);
  if (lastClose < offset + 2) return [restOfLine(text, offset)];
  return [text.slice(offset, text.indexOf('*/', offset + 2) + 2)];
}

function restOfLine(text: string, offset: number): string {
  REST_OF_LINE.lastIndex = offset;
  return REST_OF_LINE.exec(text)?.[0] ?? '';
}
