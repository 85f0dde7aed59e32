import { DefaultLexer, type LexerResult, type TokenizeOptions } from 'langium';
import { isWord, type Token } from './token.ts';

const MEMBER_WORDS = new Set(['relation', 'roles', 'permission']);
const AFTER_MEMBER_NAME = new Set([':', '=', '>', '[']);
const DEMANDS_A_NAME = new Set(['=', '|', '.', '#', '(', ',', '>', 'or', 'and', 'except', 'of', 'every']);
const BEFORE_BY = new Set(['created', 'deleted', 'granted', 'revoked']);

/**
 * Sees to it that an unfinished member does not swallow the next one. The words that start a member
 * may also be names, so that in `permission a = permission b = c` the grammar alone would take the
 * second `permission` for the expression and stumble behind it.
 */
export class PembaLexer extends DefaultLexer {
  override tokenize(text: string, options?: TokenizeOptions): LexerResult {
    const result = super.tokenize(text, options);
    result.tokens = result.tokens.flatMap((token, i, tokens) => {
      if (!startsMember(tokens, i + 1)) return [token];
      // A relation without subjects is for the checker to report; the rest are syntax errors.
      if (token.image === ':') return [];
      return demandsName(tokens, i) ? [token, missingName(tokens[i + 1])] : [token];
    });
    return result;
  }
}

/** True if what stands at `at` can only be the start of a member: `relation b :`, `created by`. */
function startsMember(tokens: Token[], at: number): boolean {
  const [first, second, third] = [tokens[at]?.image, tokens[at + 1]?.image, tokens[at + 2]?.image];
  if (first === 'created' || first === 'deleted') return second === 'by';
  if (first === 'require') return startsRule(tokens, at + 1);
  // `: relation unique = direct` goes on about a type that is called `relation`.
  if (second === 'unique' && third === '=') return false;
  return MEMBER_WORDS.has(first) && isWord(tokens[at + 1]) && AFTER_MEMBER_NAME.has(third);
}

/** True for `one of`, `unique a,`, `a excludes`, `a contains` and `a.b`: a relation may be called `require`. */
function startsRule(tokens: Token[], at: number): boolean {
  const [first, second, third] = [tokens[at]?.image, tokens[at + 1]?.image, tokens[at + 2]?.image];
  if (first === 'one' && second === 'of') return true;
  if (first === 'unique' && third === ',') return true;
  return isWord(tokens[at]) && ['excludes', 'contains', '.'].includes(second);
}

/** True if what stands at `at` is nothing without a name behind it. `by` may be a name itself. */
function demandsName(tokens: Token[], at: number): boolean {
  const { image } = tokens[at];
  return DEMANDS_A_NAME.has(image) || (image === 'by' && BEFORE_BY.has(tokens[at - 1]?.image));
}

/** A token that the grammar knows nowhere, so that the parser stops in front of `next`. */
function missingName(next: Token): Token {
  return { ...next, tokenType: NOTHING, tokenTypeIdx: NOTHING.tokenTypeIdx as number };
}

/** True for the token that stands for a name that is not there. */
export function isMissingName(token: Token): boolean {
  return token.tokenType === NOTHING;
}

const NOTHING: Token['tokenType'] = { name: 'NOTHING', tokenTypeIdx: -1 };
