/** Changes a schema in one place at a time, each change one that its tests have to notice. */
import { AstUtils } from 'langium';
import {
  type Chain,
  type Expiry,
  type Expression,
  isArrow,
  isChain,
  isEvery,
  isExpiry,
  isExpression,
  isGrantedBy,
  isLadder,
  isLifecycle,
  isMultiplicity,
  isNameExpression,
  isNobody,
  isOneOfRule,
  isPermission,
  isRelation,
  isRequire,
  isRevokedBy,
  isRung,
  isSetOf,
  isTypeDeclaration,
  isTypeExtension,
  isUniqueRule,
  type Ladder,
  type Multiplicity,
  type Relation,
  type Require,
} from '../../src/schema/language/generated/ast.ts';
import { parse } from '../../src/schema/parse.ts';
import { Report } from '../../src/schema/report.ts';
import type { SourceFile } from '../../src/schema/source-file.ts';

export interface Mutant {
  /** What is changed where, such as ``workspace.view_data: without `read_key` ``. Unique in its file. */
  name: string;
  /** The file as changed. */
  text: string;
}

type Node = Parameters<typeof AstUtils.streamAst>[0];

interface Edit {
  what: string;
  from: number;
  to: number;
  by: string;
}

/** @throws Error if the file has a syntax error */
export function mutantsOf(file: SourceFile): Mutant[] {
  const report = new Report(file.path);
  const tree = parse(file, report)?.tree;
  if (tree === undefined || report.hasErrors()) throw new Error(`${file.path} has syntax errors`);
  const mutants = new Map<string, Mutant>();
  const neighbours = neighboursIn(tree);
  for (const node of AstUtils.streamAst(tree)) {
    for (const { what, from, to, by } of [...editsOf(node), ...otherRungs(node, neighbours)]) {
      const name = `${placeOf(node)}: ${what}`;
      if (mutants.has(name)) throw new Error(`${file.path}: two mutants are called ${name}`);
      mutants.set(name, { name, text: file.text.slice(0, from) + by + file.text.slice(to) });
    }
  }
  return [...mutants.values()];
}

function editsOf(node: Node): Edit[] {
  if (isChain(node)) return inChain(node);
  if (isRelation(node) || isLadder(node)) return [...inSubjects(node), ...inNames(node)];
  if (isPermission(node)) return noBranches(node.expression);
  if (isGrantedBy(node) || isRevokedBy(node) || isLifecycle(node)) {
    return [replace(node, '', `without \`${textOf(node)}\``), ...noBranches(node.expression)];
  }
  if (isRequire(node)) return inRequire(node);
  if (isMultiplicity(node)) return inMultiplicity(node);
  if (isExpiry(node)) return inExpiry(node);
  return [];
}

/** Without each of its branches, and with another operator. */
function inChain(chain: Chain): Edit[] {
  const [operator = 'or'] = chain.operators;
  const texts = chain.operands.map(textOf);
  const edits = texts.map((text, i) => {
    const rest = texts.filter((_, j) => j !== i).join(` ${operator} `);
    return replace(chain, rest, `\`${textOf(chain)}\` without \`${text}\``);
  });
  const other = operator === 'or' ? 'and' : 'or';
  edits.push(replace(chain, texts.join(` ${other} `), `\`${textOf(chain)}\` with \`${other}\``));
  return edits;
}

/** The rungs beside each rung, by their names. */
function neighboursIn(tree: Node): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>();
  for (const ladder of AstUtils.streamAst(tree).filter(isLadder)) {
    const names = ladder.rungs.map(({ name }) => name);
    for (const [i, name] of names.entries()) {
      const known = neighbours.get(name) ?? new Set();
      for (const beside of [names[i - 1], names[i + 1]]) if (beside !== undefined) known.add(beside);
      neighbours.set(name, known);
    }
  }
  return neighbours;
}

/** A rung in an expression as the one above it, or below. */
function otherRungs(node: Node, neighbours: ReadonlyMap<string, ReadonlySet<string>>): Edit[] {
  const isTarget = isArrow(node) || isEvery(node);
  if (!isTarget && !isNameExpression(node)) return [];
  const { $refText: name } = isTarget ? node.targets : node.members;
  const { to } = rangeOf(node);
  const whole = isSetOf(node.$container) ? node.$container : node;
  return [...(neighbours.get(name) ?? [])].map((beside) => ({
    what: `\`${textOf(whole)}\` of \`${textOf(around(node))}\` with \`${beside}\` for \`${name}\``,
    from: to - name.length,
    to,
    by: beside,
  }));
}

/** The clause or permission around an expression. */
function around(node: Node): Node {
  let at = node;
  while (isExpression(at) && at.$container !== undefined) at = at.$container;
  return at;
}

/** An expression that has no branches is dropped whole. */
function noBranches(expression: Expression): Edit[] {
  if (isChain(expression) || isNobody(expression)) return [];
  const owner = textOf(must(expression.$container));
  return [replace(expression, 'nobody', `\`${owner}\` with \`nobody\``)];
}

function inSubjects({ subjects }: Relation | Ladder): Edit[] {
  if (subjects.length < 2) return [];
  const list = { from: rangeOf(must(subjects[0])).from, to: rangeOf(must(subjects.at(-1))).to };
  return subjects.map((subject) => ({
    ...list,
    by: subjects
      .filter((each) => each !== subject)
      .map(textOf)
      .join(' | '),
    what: `without subjects \`${textOf(subject)}\``,
  }));
}

/** `unique` of a relation; the order of a ladder. */
function inNames(node: Relation | Ladder): Edit[] {
  if (isRelation(node)) {
    const keyword = node.$cstNode?.text.match(/\bunique\b/);
    if (!node.unique || keyword?.index === undefined) return [];
    const from = rangeOf(node).from + keyword.index;
    return [{ what: 'without `unique`', from, to: from + 'unique'.length, by: '' }];
  }
  return node.rungs.slice(1).map((lower, i) => {
    const upper = must(node.rungs[i]);
    const [a, b] = [rangeOf(upper), rangeOf(lower)];
    const all = must(node.$cstNode).root.fullText;
    const between = all.slice(a.from + upper.name.length, b.from);
    return {
      what: `\`${lower.name}\` above \`${upper.name}\``,
      from: a.from,
      to: b.from + lower.name.length,
      by: lower.name + between + upper.name,
    };
  });
}

function inRequire(node: Require): Edit[] {
  const edits = [replace(node, '', `without \`${textOf(node)}\``)];
  const { rule } = node;
  if ((!isOneOfRule(rule) && !isUniqueRule(rule)) || rule.members.length < 3) return edits;
  const names = rule.members.map(({ $refText }) => $refText);
  const words = isOneOfRule(rule) ? 'one of' : 'unique';
  for (const name of names) {
    const rest = names.filter((each) => each !== name).join(', ');
    edits.push(replace(rule, `${words} ${rest}`, `\`require ${words}\` without \`${name}\``));
  }
  return edits;
}

/** Without it, and without each of its bounds. */
function inMultiplicity(node: Multiplicity): Edit[] {
  const edits = [replace(node, '', `without \`${textOf(node)}\``)];
  const max = node.range ? node.max : node.min;
  if (max !== undefined && node.min !== '0') {
    edits.push(replace(node, `[0..${max}]`, `\`${textOf(node)}\` without a minimum`));
    edits.push(replace(node, `[${node.min}..]`, `\`${textOf(node)}\` without a maximum`));
  }
  return edits;
}

function inExpiry(node: Expiry): Edit[] {
  const edits = [replace(node, '', `without \`${textOf(node)}\``)];
  if (node.mandatory) edits.push(replace(node, 'expires', `\`${textOf(node)}\` as \`expires\``));
  if (node.within !== undefined)
    edits.push(replace(node, 'must expire', `without \`within ${node.within}\``));
  return edits;
}

/** `type.member`; a ladder is called after its first rung. */
function placeOf(node: Node): string {
  const names: string[] = [];
  for (let at: Node | undefined = node; at !== undefined; at = at.$container) {
    if (isTypeDeclaration(at)) names.unshift(at.name);
    else if (isTypeExtension(at)) names.unshift(at.type.$refText);
    else if (isRelation(at) || isRung(at) || isPermission(at)) names.unshift(at.name);
    else if (isLadder(at) && names.length === 0) names.push(at.rungs[0]?.name ?? '');
  }
  return names.join('.');
}

function replace(node: Node, by: string, what: string): Edit {
  return { ...rangeOf(node), by, what };
}

function rangeOf({ $cstNode }: Node): { from: number; to: number } {
  const { offset, end } = must($cstNode);
  return { from: offset, to: end };
}

/** In one line, without comments. */
function textOf({ $cstNode }: Node): string {
  return must($cstNode)
    .text.replaceAll(/\/\/.*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a part of the tree is missing');
  return value;
}
