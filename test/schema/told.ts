/** What the compiler can say, out of its code, and the findings that tests state. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Stands for what is filled in. */
const HOLE = '\u0000';

const POSITION = /^(?:[^\s:]+:)?\d+:\d+/;
/** Begins with its position, or with one that is filled in, or ends with its code. */
const FINDING = new RegExp(`^(?:${HOLE}|\\S*\\d+:\\d+\\S*) (?:error|warning): |\\[[a-z-]+\\]$`);

/** A text of the code. */
export interface Text {
  /** `src/schema/check/file.ts:14` */
  place: string;
  /** The pieces between what is filled in. */
  pieces: string[];
}

/** What findings are made of: every text of two words or more below these paths but those of assertions. */
export function textsOf(paths: readonly string[]): Text[] {
  return literalsOf(paths)
    .filter(({ node }) => !ts.isCallExpression(node.parent) || node.parent.expression.getText() !== 'must')
    .map(({ place, text }) => ({ place, pieces: text.split(HOLE) }))
    .filter(({ pieces }) => /\p{L}\S* \S+ \S/u.test(pieces.join('x')));
}

/** The codes that stand in calls of `report.error` and `report.warning`. */
export function codesOf(paths: readonly string[]): string[] {
  return literalsOf(paths)
    .filter(
      ({ node: { parent } }) =>
        ts.isCallExpression(parent) && /\.(?:error|warning)$/.test(parent.expression.getText()),
    )
    .map(({ text }) => text)
    .filter((text) => /^[a-z]+(?:-[a-z]+)*$/.test(text));
}

/** Every text that states a finding, with its position or beside that in a list. */
export function findingsOf(paths: readonly string[]): string[] {
  return literalsOf(paths, { namesCount: true })
    .filter(({ node, text }) => FINDING.test(text) || isBesidePosition(node))
    .map(({ text }) => text);
}

function isBesidePosition({ parent }: ts.Node): boolean {
  const positions = (node: ts.Node): boolean =>
    ts.isStringLiteralLike(node)
      ? POSITION.test(node.text)
      : ts.isArrayLiteralExpression(node) && node.elements.some(positions);
  return ts.isArrayLiteralExpression(parent) && parent.elements.some(positions);
}

/** True if the pieces stand in it one after the other. */
export function states(finding: string, pieces: readonly string[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    const found = finding.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

interface Literal {
  place: string;
  node: ts.Node;
  text: string;
}

/** @param namesCount what a constant or a function of the file says counts where it is named or called */
function literalsOf(paths: readonly string[], { namesCount = false } = {}): Literal[] {
  return paths.flatMap(filesOf).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const constants = namesCount ? constantsOf(source) : new Map<string, string>();
    const literals: Literal[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
      const found = textOf(node, constants);
      if (found !== undefined) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        literals.push({ place: `${file}:${line + 1}`, node, text: found });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return literals;
  });
}

function constantsOf(source: ts.SourceFile): Map<string, string> {
  const constants = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const value = ts.isArrowFunction(node.initializer) ? node.initializer.body : node.initializer;
      const text = textOf(value, constants);
      if (text !== undefined) constants.set(node.name.getText(), text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return constants;
}

/** Undefined if it is no text. */
function textOf(node: ts.Node, constants: ReadonlyMap<string, string>): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) {
    return constants.get((ts.isCallExpression(node) ? node.expression : node).getText());
  }
  const parts = node.templateSpans.map(
    ({ expression, literal }) => `${textOf(expression, constants) ?? HOLE}${literal.text}`,
  );
  return `${node.head.text}${parts.join('')}`;
}

function filesOf(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .map((name) => join(path, name))
    .sort();
}
