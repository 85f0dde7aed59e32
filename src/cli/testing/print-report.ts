/** What came of a test file, for a person. */
import { visible } from '../../base/visible.ts';
import { painter } from '../colors.ts';
import { answer, type Context } from '../context.ts';
import { strokesFor } from '../drawing/strokes.ts';
import { treeLines } from '../drawing/tree.ts';
import { explainTree } from '../exploring/explain-tree.ts';
import { storedLines } from '../exploring/stored-lines.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { formatTupleText } from '../tuple-text.ts';
import type { TestDifference, TestReport } from './test-report.ts';

export function isPassed({ problems, diagnostics, differences }: TestReport): boolean {
  return problems.length === 0 && diagnostics.length === 0 && differences.length === 0;
}

export function printReport(context: Context, file: string, report: TestReport): void {
  const { io } = context;
  const paint = painter(io.stdout, io.env);
  for (const { line, column, message } of report.problems)
    answer(context, `${file}:${line}:${column}: ${paint('red', 'error:')} ${visible(message)}`);
  printDiagnostics(io.stdout, io.env, (name) => report.texts[name] ?? '', report.diagnostics);
  for (const difference of report.differences) printDifference(context, difference);
  answer(context, `${file}: ${summaryOf(report)}`);
}

function summaryOf({ problems, diagnostics, expectations, differences }: TestReport): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  if (problems.length > 0) return `not run, ${count(problems.length, 'error')}`;
  if (diagnostics.length > 0) return `not run, ${count(diagnostics.length, 'error')} in the schema`;
  const passed = `${expectations - differences.length} of ${expectations} as expected`;
  return differences.length === 0 ? passed : `${passed}, ${count(differences.length, 'difference')}`;
}

function printDifference(context: Context, difference: TestDifference): void {
  const { file, line, column, within, message, reasons, misses } = difference;
  const paint = painter(context.io.stdout, context.io.env);
  const where = within.map((name) => `${name}: `).join('');
  answer(
    context,
    `${file}:${line}:${column}: ${paint('red', 'not as expected:')} ${visible(`${where}${message}`)}`,
  );
  if (reasons.length > 0) printTree(context, difference);
  for (const miss of misses) {
    answer(context, '  It would be allowed after:');
    for (const line of storedLines(miss)) answer(context, `    ${line}`);
    if (miss.reasons.length > 0) printTree(context, miss);
    for (const text of removedBeside(miss))
      answer(context, `    ${paint('red', `- ${visible(text)}`)} (to be deleted)`);
  }
}

/** What the derivation does not tell of: that which has to go by a rule of the schema. */
function removedBeside({ remove, reasons }: TestDifference['misses'][number]): string[] {
  const told = new Set(reasons.map(({ tuple }) => (tuple === undefined ? '' : formatTupleText(tuple))));
  return remove.map(formatTupleText).filter((text) => !told.has(text));
}

function printTree(
  context: Context,
  {
    reasons,
    remove = [],
  }: Pick<TestDifference, 'reasons'> & { remove?: TestDifference['misses'][number]['remove'] },
): void {
  const { stdout, env } = context.io;
  const tree = explainTree(reasons, new Set(remove.map(formatTupleText)), painter(stdout, env));
  for (const line of treeLines(tree, strokesFor(env))) answer(context, `    ${line}`);
}
