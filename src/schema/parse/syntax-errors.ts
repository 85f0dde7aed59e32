import type { ParseResult } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { expectedWords, isAboutWhatIsThere, missingSubject } from '../language/pemba-parser-messages.ts';
import { isWord, type Token } from '../language/token.ts';
import type { Report, TextRange } from '../report.ts';
import { lessonAt } from './lessons.ts';
import { behind, endRange, indexAt, tokenRange } from './token-range.ts';
import { unreadableText } from './unreadable-text.ts';

type ParserError = ParseResult['parserErrors'][number];

/** What was parsed. */
interface Source {
  text: string;
  /** All tokens of the text, in order. */
  tokens: Token[];
  /** Lines that have an error already, of which no more is said. */
  unsure: ReadonlySet<number>;
}

interface Finding {
  range: TextRange;
  message: string;
  suggestion?: string | undefined;
}

const BEFORE_SUBJECT = new Set([':', '|']);

/**
 * Reports what the lexer and the parser stumbled over.
 *
 * After a mistake the parser finds its way back within a few tokens and may stumble again, so of
 * each line only the first of its errors counts, and none behind text that the lexer refused.
 */
export function reportSyntaxErrors(result: ParseResult, source: Source, report: Report): void {
  const linesWithError = new Set(source.unsure);
  for (const error of result.lexerErrors) {
    const { message, range } = unreadableText(source.text, error);
    linesWithError.add(range.start.line);
    report.error(range, 'syntax', message);
  }
  const refused = result.lexerErrors.map(({ offset }) => offset);
  for (const error of result.parserErrors) {
    const previous = tokenBefore(error, source.tokens);
    const line = isAtEnd(error) ? endRange(source.text).start.line : tokenRange(error.token).start.line;
    if (linesWithError.has(line) || isBehindUnreadable(error, previous, refused)) continue;
    const { range, message, suggestion } = findingOf(error, previous, source);
    if (linesWithError.has(range.start.line)) continue;
    linesWithError.add(line);
    linesWithError.add(range.start.line);
    report.error(range, 'syntax', message, { suggestion });
  }
}

/** The error has a `previousToken` too, but where the parser skipped text it is one behind that. */
export function tokenBefore(error: ParserError, tokens: Token[]): Token | undefined {
  return isAtEnd(error) ? tokens.at(-1) : tokens[indexAt(tokens, error.token.startOffset) - 1];
}

function findingOf(error: ParserError, previous: Token | undefined, { text, tokens }: Source): Finding {
  if (!isAtEnd(error)) {
    const lesson = lessonAt(tokens, indexAt(tokens, error.token.startOffset));
    if (lesson !== undefined) return { range: tokenRange(lesson.token), message: lesson.message };
  }
  const message =
    previous !== undefined && BEFORE_SUBJECT.has(previous.image)
      ? missingSubject(error.token)
      : error.message;
  return { range: rangeOf(error, message, previous, text), message, suggestion: misspeltWord(error) };
}

/** Where something is missing at the end of a line, that place; else what stands there instead. */
function rangeOf(error: ParserError, message: string, previous: Token | undefined, text: string): TextRange {
  if (previous !== undefined && !isAboutWhatIsThere(message)) {
    if (isAtEnd(error) || previous.endLine !== error.token.startLine) return behind(previous);
  }
  return isAtEnd(error) ? endRange(text) : tokenRange(error.token);
}

function isAtEnd({ token }: ParserError): boolean {
  return token.tokenType.name === 'EOF';
}

/** True if refused text stands between the token that surprised the parser and the one before it. */
function isBehindUnreadable(error: ParserError, previous: Token | undefined, refused: number[]): boolean {
  const start = previous?.startOffset ?? -1;
  const end = isAtEnd(error) ? Number.POSITIVE_INFINITY : error.token.startOffset;
  const first = refused[firstAbove(refused, start)];
  return first !== undefined && first < end;
}

/** The index of the first of some ascending numbers that is above a bound. */
function firstAbove(numbers: number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function misspeltWord({ token, context }: ParserError): string | undefined {
  const rule = context.ruleStack.at(-1);
  const word = rule !== undefined && isWord(token) ? nearest(token.image, expectedWords(rule)) : undefined;
  return word === token.image ? undefined : word;
}
