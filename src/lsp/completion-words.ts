/** Which words of the language may stand at a place, by what stands before it. */
import { CONTAINER_TYPES, SCALAR_TYPES } from '../condition/definition.ts';
import type { Token } from '../schema/language/token.ts';

const DECLARATIONS = ['type', 'extend type', 'condition', 'import', 'schema'];
const MEMBERS = ['relation', 'roles', 'permission', 'require', 'created by', 'deleted by'];
const CLAUSES = ['granted by', 'revoked by'];
const OPERATORS = ['or', 'and', 'except', 'of'];
const BEHIND_SUBJECT = ['with', 'expires', 'must expire'];
const PARAMETER_TYPES = [...SCALAR_TYPES, ...CONTAINER_TYPES];
/** What starts a member, where the word behind it is no name that was meant. */
const STARTS = new Set(['relation', 'roles', 'permission', 'require', 'created', 'deleted']);
const BEFORE_OPERAND = new Set(['=', '(', 'or', 'and', 'except', 'by']);
const BEHIND_A_WORD: Record<string, string[]> = {
  extend: ['type'],
  created: ['by'],
  deleted: ['by'],
  granted: ['by'],
  revoked: ['by'],
  must: ['expire'],
  expire: ['within'],
  require: ['one of', 'unique'],
  one: ['of'],
};
/** Behind these stands a name and nothing else. */
const BEFORE_NAME = new Set([
  '.',
  '#',
  '|',
  ',',
  'of',
  'every',
  'with',
  'within',
  'type',
  'relation',
  'permission',
]);

/** @param before all tokens in front of the place */
export function wordsBehind(before: readonly Token[], isFirstOnLine: boolean): string[] {
  const previous = before.at(-1)?.image;
  if (previous === undefined) return DECLARATIONS;
  if (isInParameters(before)) return isWordBefore(before) ? PARAMETER_TYPES : [];
  const depth = depthOf(before);
  if (depth === 0) return previous === 'extend' ? ['type'] : isFirstOnLine ? DECLARATIONS : [];
  if (previous === '{') return MEMBERS;
  const member = memberTokens(before);
  if (BEFORE_OPERAND.has(previous)) return operands(member);
  if (member.length > 1 || STARTS.has(previous)) {
    const behind = BEHIND_A_WORD[previous];
    if (behind !== undefined) return behind;
  }
  if (BEFORE_NAME.has(previous) || previous === ':') return [];
  const going = continuation(member);
  return isFirstOnLine ? [...MEMBERS, ...going] : going;
}

/** From the word that starts the member on; without the `{` or the member before. */
function memberTokens(before: readonly Token[]): string[] {
  for (let i = before.length - 1; i >= 0; i--) {
    const { image } = before[i];
    if (image === '{' || image === '}') return before.slice(i + 1).map((token) => token.image);
    // A word that starts a line starts a member; elsewhere it may be a name.
    const isFirst = before[i - 1]?.endLine !== before[i].startLine || before[i - 1]?.image === '{';
    if (STARTS.has(image) && isFirst) return before.slice(i).map((token) => token.image);
  }
  return [];
}

function operands(member: string[]): string[] {
  const clause = Math.max(member.lastIndexOf('granted'), member.lastIndexOf('revoked'));
  const isDirect = member[0] === 'relation' && clause < 0;
  const isOfTuple = clause >= 0 && (member[0] === 'relation' || member[0] === 'roles');
  return ['self', 'nobody', 'every', ...(isDirect ? ['direct'] : []), ...(isOfTuple ? ['subject'] : [])];
}

/** What may follow a complete part of a member. */
function continuation(member: string[]): string[] {
  const [start] = member;
  const isGranted = member.includes('granted');
  const clauses = isGranted ? CLAUSES.slice(1) : CLAUSES;
  if (start === 'permission' || start === 'created' || start === 'deleted') return OPERATORS;
  if (start === 'require') return ['excludes', 'contains'];
  if (start !== 'relation' && start !== 'roles') return [];
  if (isGranted || member.includes('revoked') || member.includes('=')) return [...OPERATORS, ...clauses];
  if (!member.includes(':')) return start === 'roles' ? ['granted by'] : [];
  return [...BEHIND_SUBJECT, ...(start === 'relation' ? ['unique'] : []), ...clauses];
}

function depthOf(before: readonly Token[]): number {
  let depth = 0;
  for (const { image } of before) {
    if (image === '{') depth++;
    if (image === '}') depth--;
  }
  return depth;
}

function isInParameters(before: readonly Token[]): boolean {
  const open = before.findLastIndex(({ image }) => image === '(');
  return before[open - 2]?.image === 'condition' && !before.slice(open).some(({ image }) => image === ')');
}

function isWordBefore(before: readonly Token[]): boolean {
  return /^[\w`]/.test(before.at(-1)?.image ?? '') || before.at(-1)?.image === '<';
}
