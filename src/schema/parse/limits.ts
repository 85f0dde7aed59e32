import { LIMITS } from '../../base/limits.ts';
import type { SchemaFile } from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import type { Token } from '../language/token.ts';
import type { Report } from '../report.ts';
import { tokenRange } from './token-range.ts';

/** The longest schema file in bytes of UTF-8, whatever a service is configured to take. */
const MAX_SOURCE_BYTES = LIMITS.schemaBytes.max;
/** How deep parentheses may stand in one another; the stages after this one recurse as deep. */
const MAX_NESTING = 100;
/** How many relations, rungs and permissions all types have together. */
const MAX_MEMBERS = 10_000;
/** How many operands one expression has, those in parentheses among them. */
const MAX_OPERANDS = 1_000;

const OPERATORS = new Set(['or', 'and', 'except']);

// The angle brackets are those of a condition's parameter types, `list<map<string, int>>`.
// What cannot stand inside parentheses: behind it counting starts anew, so that parentheses that
// somebody forgot to close do not add up over the file.
const OPENING = new Set(['(', '<']);
const CLOSING = new Set([')', '>']);
const OUTSIDE_PARENTHESES = new Set(['{', '}', '=', ':']);

/** Reports a text that is too long to be looked at. */
export function isWithinSize(text: string, report: Report): boolean {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_SOURCE_BYTES) return true;
  report.error(
    undefined,
    'file-too-large',
    `the file has ${bytes} bytes, and at most ${MAX_SOURCE_BYTES} are allowed; write a smaller schema`,
  );
  return false;
}

/** Reports the first parenthesis that stands too deep in others. */
export function isWithinNesting(tokens: Token[], report: Report): boolean {
  const tooDeep = firstTooDeep(tokens);
  if (tooDeep === undefined) return true;
  report.error(
    tokenRange(tooDeep),
    'nesting-too-deep',
    `parentheses are nested more than ${MAX_NESTING} deep; give inner parts names of their own with \`permission\``,
  );
  return false;
}

/** Reports the first expression of too many operands, at the operator that is one too many. */
export function isWithinOperands(tokens: Token[], report: Report): boolean {
  let operands = 1;
  for (const token of tokens) {
    if (OUTSIDE_PARENTHESES.has(token.image)) operands = 1;
    if (OPERATORS.has(token.image)) operands++;
    if (operands <= MAX_OPERANDS) continue;
    report.error(
      tokenRange(token),
      'too-many-operands',
      `an expression has more than ${MAX_OPERANDS} operands; give parts of it names of their own with \`permission\``,
    );
    return false;
  }
  return true;
}

/** Reports the first member of all files that is one too many. */
export function isWithinMembers(tree: SchemaFile, report: Report): boolean {
  const members = declaredTypes(tree).flatMap(declaredMembers);
  if (members.length <= MAX_MEMBERS) return true;
  report.error(
    nameNode(members[MAX_MEMBERS]),
    'too-many-members',
    `the schema declares ${members.length} relations and permissions, and at most ${MAX_MEMBERS} are allowed; write a smaller schema`,
  );
  return false;
}

function firstTooDeep(tokens: Token[]): Token | undefined {
  let depth = 0;
  for (const token of tokens) {
    if (OUTSIDE_PARENTHESES.has(token.image)) depth = 0;
    if (CLOSING.has(token.image)) depth = Math.max(0, depth - 1);
    if (OPENING.has(token.image)) depth++;
    if (depth > MAX_NESTING) return token;
  }
  return undefined;
}
