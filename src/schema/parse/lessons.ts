/** What to say where somebody wrote what other languages write, or mixed two parts of this one. */
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import { isMissingName } from '../language/pemba-lexer.ts';
import { isWord, RESERVED_WORDS, type Token } from '../language/token.ts';

export interface Lesson {
  message: string;
  /** What it is about. */
  token: Token;
}

/** The token that the parser stumbled over, and those around it. */
interface Place {
  tokens: Token[];
  at: number;
  token: Token;
  before: Token | undefined;
  clause: Clause;
}

/** The part of a member that a token stands in, and the index of the token that opens it. */
interface Clause {
  kind: 'subjects' | 'expression' | 'ladder' | 'none';
  start: number;
}

/** Words of other languages, and the operator that does the same. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...['unless', 'minus', 'without', 'excluding', 'exclude', 'but', 'not'].map((w) => [w, 'except'] as const),
  ...['union', 'plus', '|'].map((w) => [w, 'or'] as const),
  ...['intersect', 'intersection', 'with'].map((w) => [w, 'and'] as const),
]);

// The words that may stand behind the name or the subjects of a relation.
const BEHIND_NAME = ['unique', 'granted', 'revoked'];
const BEHIND_SUBJECT = [...BEHIND_NAME, 'with', 'expires', 'must', 'within'];

const MEMBER_WORDS = new Set(['relation', 'roles', 'permission']);

// How far back a clause is looked for; no subjects or operands of such a number fit a screen.
const MOST_TOKENS_BACK = 200;

/** The lesson for what stands at an index of the tokens, if it is one of the common mistakes. */
export function lessonAt(tokens: Token[], at: number): Lesson | undefined {
  const token = tokens[at];
  if (token === undefined || isMissingName(token)) return undefined;
  const place: Place = { tokens, at, token, before: tokens[at - 1], clause: clauseOf(tokens, at) };
  for (const lesson of LESSONS[place.clause.kind]) {
    const found = lesson(place);
    if (found !== undefined) return typeof found === 'string' ? { message: found, token } : found;
  }
  return undefined;
}

function clauseOf(tokens: Token[], at: number): Clause {
  for (let i = at - 1; i >= Math.max(0, at - MOST_TOKENS_BACK); i--) {
    const { image } = tokens[i];
    const next = tokens[i + 1];
    if (image === '{' || image === '}') break;
    if (image === '=' || (image === 'by' && isWord(next))) return { kind: 'expression', start: i };
    const isName = isWord(next) && !RESERVED_WORDS.has(next.image);
    if (image === 'roles' && isName) return { kind: 'ladder', start: i };
    if (MEMBER_WORDS.has(image) && isName) break;
    if (image === ':' && next?.image !== '*') return { kind: 'subjects', start: i };
  }
  return { kind: 'none', start: at };
}

type FindLesson = (place: Place) => Lesson | string | undefined;

const LESSONS: Record<Clause['kind'], FindLesson[]> = {
  none: [missingColon, bracesOfType],
  ladder: [missingColon, orderOfLadder],
  subjects: [objectInSchema, dotInSubjects, withinOfMay, joinedSubjects],
  expression: [subjectsInExpression, secondStep, leftOfDot, negation, otherOperator],
};

/** `relation viewer user` and `roles lead > member user`. */
function missingColon({ tokens, at, token, before }: Place): string | undefined {
  if (before === undefined || !isWord(token) || !isWord(before) || !onOneLine(before, token))
    return undefined;
  if (nearest(token.image, BEHIND_NAME) !== undefined) return undefined;
  let first = at - 1;
  while (tokens[first - 1]?.image === '>' && isWord(tokens[first - 2])) first -= 2;
  const word = tokens[first - 1]?.image;
  if (word !== 'roles' && (word !== 'relation' || first !== at - 1)) return undefined;
  const names = tokens.slice(first, at).map(({ image }) => image);
  const instead = quoted(`${word} ${names.join(' ')} : ${token.image}`);
  return `expected \`:\` before the subjects, found ${quoted(token.image)}; write ${instead}`;
}

/** `type doc (` or `type doc:`. */
function bracesOfType({ tokens, at, token, before }: Place): string | undefined {
  const [word, name] = [tokens[at - 2]?.image, before?.image ?? ''];
  if (word !== 'type' || !['(', '[', ':', '='].includes(token.image)) return undefined;
  return `the members of a type stand in braces, found ${quoted(token.image)}; write ${quoted(`type ${name} {`)}`;
}

/** `roles viewer < editor`, and rungs joined by something else. */
function orderOfLadder({ tokens, at, token, clause }: Place): string | undefined {
  if (!['<', ',', '|', '.', '='].includes(token.image)) return undefined;
  let end = at;
  while (tokens[end]?.image === token.image && isWord(tokens[end + 1])) end += 2;
  const names = tokens.slice(clause.start + 1, end).filter(isWord);
  if (token.image === '<') names.reverse();
  const instead = quoted(`roles ${names.map(({ image }) => image).join(' > ')}`);
  return `the rungs of a ladder are joined by \`>\`, the strongest first; write ${instead}`;
}

/** `user:ada`. */
function objectInSchema({ tokens, at, token, before }: Place): string | undefined {
  const type = tokens[at - 2];
  if (before?.image !== ':' || !isWord(type) || !/^[\w`"]/.test(token.image)) return undefined;
  if (![':', '|'].includes(tokens[at - 3]?.image)) return undefined;
  const forms = `${quoted(type.image)} for each one, or ${quoted(`${type.image}:*`)} for all at once`;
  return `a schema names no objects, found ${quoted(token.image)}; write ${forms}`;
}

/** `group.member`. */
function dotInSubjects({ tokens, at, token, before }: Place): string | undefined {
  if (token.image !== '.' || before === undefined || !isWord(before)) return undefined;
  const relation = isWord(tokens[at + 1]) ? tokens[at + 1].image : 'member';
  return `a subject set is written with \`#\`; write ${quoted(`${before.image}#${relation}`)}`;
}

/** `user expires within 90d`. */
function withinOfMay({ token, before }: Place): string | undefined {
  if (token.image !== 'within' || before?.image !== 'expires') return undefined;
  return 'only `must expire` takes `within`; write such as `must expire within 90d`';
}

/** `user, team#member`, `user or team` and `user team`. */
function joinedSubjects({ token, before }: Place): string | undefined {
  const isMark = [',', 'or', 'and', 'except', '>'].includes(token.image);
  const isNext =
    isWord(token) &&
    before !== undefined &&
    isWord(before) &&
    onOneLine(before, token) &&
    nearest(token.image, BEHIND_SUBJECT) === undefined;
  if (!isMark && !isNext) return undefined;
  return `subjects are joined by \`|\`, found ${quoted(token.image)}; write such as \`user | team#member\``;
}

/** `permission p = team#member`, and `relation r = user | team`. */
function subjectsInExpression({ tokens, token, before, clause }: Place): string | undefined {
  const isOfRelation = tokens[clause.start - 2]?.image === 'relation';
  if (isOfRelation && ['|', '#', ','].includes(token.image)) {
    const name = tokens[clause.start - 1].image;
    return `subjects stand behind \`:\`, and an expression behind \`=\`; write ${quoted(`relation ${name} : …`)}`;
  }
  if (token.image !== '#' || !isWord(before)) return undefined;
  return 'a subject set stands behind the `:` of a relation, not in an expression; over the objects of a relation write `relation.name`';
}

/** `parent.viewer.owner`. */
function secondStep({ tokens, at, token, before }: Place): string | undefined {
  if (token.image !== '.' || tokens[at - 2]?.image !== '.' || before === undefined || !isWord(before))
    return undefined;
  const [from, to] = [tokens[at - 3]?.image ?? '', tokens[at + 1]];
  const rest = quoted(`${before.image}.${isWord(to) ? to.image : 'name'}`);
  return `an arrow takes one step; declare a permission \`= ${rest.slice(1)} in the type that ${quoted(from)} leads to, and name it here`;
}

/** `self.name` and `(a or b).name`. */
function leftOfDot({ tokens, at, token, before }: Place): string | undefined {
  if (token.image !== '.' || before === undefined) return undefined;
  if (before.image !== ')' && !RESERVED_WORDS.has(before.image)) return undefined;
  const name = tokens[at + 1];
  const own =
    before.image === 'self' && isWord(name) ? `; of the object itself write ${quoted(name.image)} alone` : '';
  const found = before.image === ')' ? 'parentheses' : quoted(before.image);
  return `left of the dot stands the name of a relation, found ${found}${own}`;
}

/** `viewer and not blocked`; the parser takes `not` for a name. */
function negation({ tokens, at, token, before }: Place): Lesson | undefined {
  if (before?.image !== 'not' || !(isWord(token) || token.image === '(')) return undefined;
  const without = isWord(token) ? token.image : '(…)';
  const isJoined = ['and', 'or'].includes(tokens[at - 2]?.image) && isWord(tokens[at - 3]);
  const from = isJoined ? tokens[at - 3].image : '…';
  const message = `there is no \`not\`; write ${quoted(`${from} except ${without}`)}`;
  return { message, token: before };
}

/** `viewer | editor`, `viewer unless owner`. */
function otherOperator({ tokens, at, token, before }: Place): string | undefined {
  if (before === undefined || !(isWord(before) || before.image === ')')) return undefined;
  if (token.image === ',') return 'names are joined by `or`, `and` or `except`, found `,`';
  const operator = OPERATORS.get(token.image.toLowerCase());
  const next = tokens[at + 1];
  if (operator === undefined || !(isWord(next) || next?.image === '(')) return undefined;
  return `${quoted(token.image)} is no operator; write \`${operator}\``;
}

function onOneLine(a: Token, b: Token): boolean {
  return a.endLine === b.startLine;
}
