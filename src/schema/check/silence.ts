import { type AstNode, AstUtils, type LeafCstNode } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { commentsBefore, readLeadingComments } from '../language/comments.ts';
import {
  isDeclaration as isDeclarationOfFile,
  isMember,
  isRung,
  type SchemaFile,
} from '../language/generated/ast.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report, TextRange } from '../report.ts';

/** Every warning, by the name that silences it. */
const WARNINGS: ReadonlySet<string> = new Set([
  'created-by-itself',
  'created-over-many',
  'granted-by-subject-only',
  'name-repeats-type',
  'negation-over-objects',
  'never-holds',
  'unknown-warning',
  'unread-relation',
  'unused-parameter',
]);

const IGNORE = /^\/\/\s*pemba-ignore\b\s*:?/;

/**
 * Takes back the warnings that `// pemba-ignore: NAME` in front of a declaration silences within it,
 * and those that only follow from an error.
 */
export function silenceWarnings({ files }: ParsedSchema, report: Report): void {
  report.silenceWhereErrors();
  for (const { tree, path } of files) silenceIn(tree, report.in(path));
}

function silenceIn(tree: SchemaFile, report: Report): void {
  const comments = readLeadingComments(tree.$cstNode);
  for (const comment of [...comments.values()].flat()) checkIgnored(comment, report);
  for (const node of AstUtils.streamAst(tree).filter(isDeclaration)) {
    const before = commentsBefore(node, comments);
    const names = new Set(before.flatMap(ignoredNames).map(({ name }) => name));
    if (names.size === 0 || node.$cstNode === undefined) continue;
    // The comments belong to it: what they say wrong can be silenced as well.
    const range = { start: before[0].range.start, end: node.$cstNode.range.end };
    report.silence(
      (warning) => warning.file === report.path && names.has(warning.code) && isWithin(warning, range),
    );
  }
}

/** What can be documented and have its warnings silenced. */
function isDeclaration(node: AstNode): boolean {
  return isDeclarationOfFile(node) || isMember(node) || isRung(node);
}

function checkIgnored(comment: LeafCstNode, report: Report): void {
  const mark = IGNORE.exec(comment.text)?.[0];
  if (mark === undefined) return;
  const ignored = ignoredNames(comment);
  if (ignored.length === 0) {
    const message = 'no warning is named; write `// pemba-ignore: ` and the name of one';
    report.warning(comment, 'unknown-warning', message);
  }
  for (const { name, range } of ignored) {
    if (WARNINGS.has(name)) continue;
    const suggestion = nearest(name, WARNINGS);
    const known = suggestion === undefined ? `; write one of ${[...WARNINGS].map(quoted).join(', ')}` : '';
    report.warning(range, 'unknown-warning', `there is no warning ${quoted(name)}${known}`, { suggestion });
  }
}

/** The names behind `pemba-ignore:`, separated by commas or white space. */
function ignoredNames({ text, range }: LeafCstNode): { name: string; range: TextRange }[] {
  const mark = IGNORE.exec(text)?.[0];
  if (mark === undefined) return [];
  return [...text.slice(mark.length).matchAll(/[^\s,]+/g)].map((found) => {
    const character = range.start.character + mark.length + found.index;
    const start = { line: range.start.line, character };
    return {
      name: found[0],
      range: { start, end: { line: start.line, character: character + found[0].length } },
    };
  });
}

function isWithin({ line, column }: Diagnostic, { start, end }: TextRange): boolean {
  const [l, c] = [line - 1, column - 1];
  const isAfterStart = l > start.line || (l === start.line && c >= start.character);
  const isBeforeEnd = l < end.line || (l === end.line && c < end.character);
  return isAfterStart && isBeforeEnd;
}
