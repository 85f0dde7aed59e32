import type { ParseResult } from 'langium';
import { isWord, type Token } from '../language/token.ts';
import type { Damage } from '../parsed-schema.ts';
import { tokenBefore } from './syntax-errors.ts';

/**
 * Works out what of the text may be missing in the tree.
 * @param unsure lines of which something was left out before they were parsed
 */
export function damageOf(result: ParseResult, tokens: Token[], unsure: ReadonlySet<number>): Damage {
  const lines = new Set<number>(unsure);
  const skipped: Token[] = [];
  for (const error of result.lexerErrors) lines.add((error.line ?? 1) - 1);
  for (const error of result.parserErrors) {
    // Both sides of the gap: what is missing may have been expected on the line before.
    for (const token of [error.token, tokenBefore(error, tokens)]) {
      if (token?.startLine !== undefined && !Number.isNaN(token.startLine)) lines.add(token.startLine - 1);
    }
    for (const token of error.resyncedTokens) skipped.push(token);
  }
  const there = tokens.filter((token) => lines.has((token.startLine ?? 0) - 1));
  const words = [...skipped, ...there].filter(isWord).map(({ image }) => image.replaceAll('`', ''));
  return { lines, words: new Set(words) };
}
