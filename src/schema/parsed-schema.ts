import type { AstNode, LangiumDocument } from 'langium';
import { fileAround } from './language/files.ts';
import type { SchemaFile } from './language/generated/ast.ts';

/** A schema after parsing, all its files: the thing that the later stages work on. */
export interface ParsedSchema {
  /** The tree of the root file. */
  tree: SchemaFile;
  /** The root first, then what it imports. */
  files: ParsedFile[];
  /** False if an import could not be followed: what it declares is not known. */
  isComplete: boolean;
}

export interface ParsedFile {
  /** As messages call it. */
  path: string;
  text: string;
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

/** True if the whole text of all files is in the trees. */
export function isIntact({ files, isComplete }: ParsedSchema): boolean {
  return isComplete && files.every(({ damage }) => damage.lines.size === 0);
}

/** True if a word may have been lost to a syntax error. */
export function isLost(word: string, { files }: ParsedSchema): boolean {
  return files.some(({ damage }) => damage.words.has(word));
}

/** True if a syntax error stands on one of the lines of the node. */
export function isDamaged(node: AstNode, { files }: ParsedSchema): boolean {
  const range = node.$cstNode?.range;
  const file = files.find(({ tree }) => tree === fileAround(node));
  if (range === undefined || file === undefined) return true;
  for (let line = range.start.line; line <= range.end.line; line++) {
    if (file.damage.lines.has(line)) return true;
  }
  return false;
}
