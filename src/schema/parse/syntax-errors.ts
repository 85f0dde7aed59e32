import type { ParseResult } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { expectedWords, missingSubject } from '../language/pemba-parser-messages.ts';
import { isWord, type Token } from '../language/token.ts';
import type { Report } from '../report.ts';
import { endRange, tokenRange } from './token-range.ts';
import { unreadableText } from './unreadable-text.ts';

type ParserError = ParseResult['parserErrors'][number];
type LexerError = ParseResult['lexerErrors'][number];

const BEFORE_SUBJECT = new Set([':', '|']);

/**
 * Reports what the lexer and the parser stumbled over.
 *
 * After a mistake the parser finds its way back within a few tokens and may stumble again, so of
 * each line only the first of its errors counts, and none behind text that the lexer refused.
 * @param tokens all tokens of the text, in order
 */
export function reportSyntaxErrors(result: ParseResult, text: string, tokens: Token[], report: Report): void {
  const linesWithError = new Set<number>();
  for (const error of result.lexerErrors) {
    const { message, range } = unreadableText(text, error);
    linesWithError.add(range.start.line);
    report.error(range, 'syntax', message);
  }
  for (const error of result.parserErrors) {
    const range = isAtEnd(error) ? endRange(text) : tokenRange(error.token);
    const previous = tokenBefore(error, tokens);
    if (linesWithError.has(range.start.line) || isBehindUnreadable(error, previous, result.lexerErrors))
      continue;
    linesWithError.add(range.start.line);
    report.error(range, 'syntax', messageOf(error, previous), { suggestion: misspeltWord(error) });
  }
}

/** The error has a `previousToken` too, but where the parser skipped text it is one behind that. */
export function tokenBefore(error: ParserError, tokens: Token[]): Token | undefined {
  if (isAtEnd(error)) return tokens.at(-1);
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle].startOffset < error.token.startOffset) low = middle + 1;
    else high = middle;
  }
  return tokens[low - 1];
}

function messageOf(error: ParserError, previous: Token | undefined): string {
  return previous !== undefined && BEFORE_SUBJECT.has(previous.image)
    ? missingSubject(error.token)
    : error.message;
}

function isAtEnd({ token }: ParserError): boolean {
  return token.tokenType.name === 'EOF';
}

/** True if refused text stands between the token that surprised the parser and the one before it. */
function isBehindUnreadable(error: ParserError, previous: Token | undefined, refused: LexerError[]): boolean {
  const start = previous?.startOffset ?? -1;
  const end = isAtEnd(error) ? Number.POSITIVE_INFINITY : error.token.startOffset;
  return refused.some(({ offset }) => offset > start && offset < end);
}

function misspeltWord({ token, context }: ParserError): string | undefined {
  const rule = context.ruleStack.at(-1);
  const word = rule !== undefined && isWord(token) ? nearest(token.image, expectedWords(rule)) : undefined;
  return word === token.image ? undefined : word;
}
