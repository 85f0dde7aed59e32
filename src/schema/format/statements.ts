/** What stands on lines of its own: declarations and members, as pieces with gaps between them. */
import type { AstNode } from 'langium';
import {
  type Declaration,
  isCondition,
  isLadder,
  isPermission,
  isRelation,
  isTypeDeclaration,
  isTypeExtension,
  type Member,
  type SchemaFile,
} from '../language/generated/ast.ts';
import { gapBetween } from './gaps.ts';
import type { Comment, FormatToken, TokenList } from './tokens.ts';

/** What may happen in front of a piece: `column` and `rung` are where a long statement is broken first. */
export type Break = 'never' | 'fill' | 'column' | 'rung';

export interface Piece extends FormatToken {
  /** The white space in front of it if it does not start a line. */
  gap: string;
  break: Break;
}

export interface Statement {
  /** Statements of the same kind below each other have their columns aligned. */
  kind: 'relation' | 'permission' | 'other';
  pieces: Piece[];
  /** Of a type with members or comments in its braces; the opening brace is the last of the pieces. */
  body?: Body;
}

export interface Body {
  statements: Statement[];
  close: Piece;
}

export interface FileOfStatements {
  statements: Statement[];
  comments: Comment[];
}

/** The gap in front of a clause, as wide as that between the columns of a table. */
const CLAUSE_GAP = '   ';

export function readStatements(file: SchemaFile, { tokens, comments }: TokenList): FileOfStatements {
  const parts = partition(file.declarations, tokens);
  return { statements: parts.map(([node, part]) => statementOf(node, part)), comments };
}

/** Shares out the tokens: each node gets those from its start to the start of the next one. */
function partition<T extends AstNode>(nodes: readonly T[], tokens: FormatToken[]): [T, FormatToken[]][] {
  const starts = nodes.map((node) => node.$cstNode?.offset ?? 0);
  let at = 0;
  return nodes.map((node, i) => {
    const from = at;
    while (at < tokens.length && tokens[at].offset < (starts[i + 1] ?? Number.POSITIVE_INFINITY)) at++;
    return [node, tokens.slice(from, at)];
  });
}

function statementOf(node: Declaration, tokens: FormatToken[]): Statement {
  if (!isTypeDeclaration(node) && !isTypeExtension(node))
    return { kind: 'other', pieces: piecesOf(tokens, isCondition(node)) };
  const open = tokens.findIndex(({ text }) => text === '{');
  const close = tokens.at(-1);
  const inside = open < 0 ? [] : tokens.slice(open + 1, -1);
  if (open < 0 || close === undefined || (inside.length === 0 && close.comments.length === 0))
    return { kind: 'other', pieces: piecesOf(tokens, false) };
  const statements = partition(node.members, inside).map(([member, part]) => memberOf(member, part));
  const end: Piece = { ...close, gap: '', break: 'never' };
  return {
    kind: 'other',
    pieces: piecesOf(tokens.slice(0, open + 1), false),
    body: { statements, close: end },
  };
}

function memberOf(member: Member, tokens: FormatToken[]): Statement {
  const pieces = piecesOf(tokens, false);
  const byOffset = new Map(pieces.map((piece) => [piece.offset, piece]));
  const markAt = (node: AstNode | undefined, mark: (piece: Piece) => void): void => {
    const piece = byOffset.get(node?.$cstNode?.offset ?? -1);
    if (piece !== undefined) mark(piece);
  };
  if (isRelation(member) || isLadder(member)) {
    for (const clause of [member.grantedBy, member.revokedBy]) {
      markAt(clause, (piece) => {
        piece.gap = CLAUSE_GAP;
        piece.break = 'column';
      });
    }
  }
  if (isLadder(member)) {
    for (const rung of member.rungs) {
      markAt(rung, (piece) => {
        piece.break = 'rung';
      });
    }
    return { kind: 'other', pieces };
  }
  if (isRelation(member)) return { kind: 'relation', pieces };
  return { kind: isPermission(member) ? 'permission' : 'other', pieces };
}

const BREAK_BEFORE = new Set(['or', 'and', 'except', '|']);

function piecesOf(tokens: FormatToken[], isOfCondition: boolean): Piece[] {
  return tokens.map((token, i) => ({
    ...token,
    gap: i === 0 ? '' : gapBetween(tokens[i - 1].text, token.text, tokens[i + 1]?.text, isOfCondition),
    break: BREAK_BEFORE.has(token.text) || tokens[i - 1]?.text === ',' ? 'fill' : 'never',
  }));
}
