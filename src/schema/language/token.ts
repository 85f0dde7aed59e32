import type { LexerResult } from 'langium';

/** A token as the lexer yields it. Taken from Langium's types: its lexer is no dependency of ours. */
export type Token = LexerResult['tokens'][number];
export type TokenType = Token['tokenType'];

/** The words that cannot be names unless they stand in backticks. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  'self',
  'direct',
  'nobody',
  'every',
  'subject',
  'of',
  'or',
  'and',
  'except',
]);

const WORD = /^[A-Za-z_`]/;

/** True if the token is a word, be it a name or a word of the language. */
export function isWord(token: Token | undefined): boolean {
  return token !== undefined && WORD.test(token.image);
}
