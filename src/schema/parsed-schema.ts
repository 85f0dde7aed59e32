import type { AstNode, LangiumDocument } from 'langium';
import type { SchemaFile } from './language/generated/ast.ts';

/** A schema file after parsing, the thing that the later stages work on. */
export interface ParsedSchema {
  path: string;
  document: LangiumDocument<SchemaFile>;
  /** The root of the syntax tree; where the text was wrong, parts of it are missing. */
  tree: SchemaFile;
  damage: Damage;
}

/** What syntax errors have made unreliable, so that nobody draws conclusions from what is missing. */
export interface Damage {
  /** Lines with a syntax error, counted from 0. */
  lines: ReadonlySet<number>;
  /** Words of the text that may not have made it into the tree: perhaps one was a declaration. */
  words: ReadonlySet<string>;
}

/** True if the whole text is in the tree. */
export function isIntact(damage: Damage): boolean {
  return damage.lines.size === 0;
}

/** True if a syntax error stands on one of the lines of the node. */
export function isDamaged(node: AstNode, damage: Damage): boolean {
  const range = node.$cstNode?.range;
  if (range === undefined) return true;
  for (let line = range.start.line; line <= range.end.line; line++) {
    if (damage.lines.has(line)) return true;
  }
  return false;
}
