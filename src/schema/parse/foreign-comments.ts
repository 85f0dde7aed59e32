import { BLOCK_COMMENT, HASH_COMMENT } from '../language/foreign-comments.ts';
import { isMissingName } from '../language/pemba-lexer.ts';
import { isWord, type Token } from '../language/token.ts';
import type { Report, TextRange } from '../report.ts';
import { indexAt, tokenRange } from './token-range.ts';
import { COMMENTS } from './unreadable-text.ts';

const BEFORE_SUBJECT = new Set([':', '|']);

/**
 * Refuses comments of other languages, and white space around the `#` of a subject set.
 * @returns the lines where something may be missing because of that
 */
export function reportForeignComments(tokens: Token[], hidden: Token[], report: Report): Set<number> {
  const unsure = new Set<number>();
  for (const comment of hidden) {
    const { name } = comment.tokenType;
    if (name !== HASH_COMMENT && name !== BLOCK_COMMENT) continue;
    const { start } = tokenRange(comment);
    const mark = name === HASH_COMMENT ? '#' : '/*';
    const isSubject = name === HASH_COMMENT && isLooseSubjectSet(comment, tokens);
    const instead = isSubject ? `${COMMENTS}, and \`team#member\` takes no white space` : COMMENTS;
    report.error(stretch(start, mark.length), 'syntax', `\`${mark}\` has no meaning here; ${instead}`);
    const isOpen = name === BLOCK_COMMENT && !/.\*\/$/s.test(comment.image.slice(1));
    if (isSubject || isOpen) unsure.add(start.line);
  }
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.image !== '#' || !isWord(next) || isMissingName(next)) continue;
    if (next.startOffset === token.startOffset + 1) continue;
    const range = tokenRange(token);
    report.error(range, 'syntax', `\`team#member\` takes no white space; ${COMMENTS}`);
    unsure.add(range.start.line);
  }
  return unsure;
}

/** True for `: team #member`, which may be meant as either. */
function isLooseSubjectSet(comment: Token, tokens: Token[]): boolean {
  const at = indexAt(tokens, comment.startOffset);
  const before = tokens[at - 1];
  return (
    /^#[A-Za-z_`]/.test(comment.image) &&
    isWord(before) &&
    before.endLine === comment.startLine &&
    BEFORE_SUBJECT.has(tokens[at - 2]?.image)
  );
}

function stretch(start: TextRange['start'], length: number): TextRange {
  return { start, end: { line: start.line, character: start.character + length } };
}
