/** The one way to write a schema. */
import { must } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { parse } from '../parse.ts';
import { Report } from '../report.ts';
import type { SourceFile } from '../source-file.ts';
import { lineTexts } from './align.ts';
import { layOut } from './layout.ts';
import { readStatements } from './statements.ts';
import { readTokens } from './tokens.ts';

export interface Formatted {
  /** Undefined if the text does not follow the grammar. */
  text: string | undefined;
  /** What is wrong with it then. */
  diagnostics: Diagnostic[];
}

/**
 * Formats one file; what it imports is not looked at, nor is what its names mean. Only white space changes, and what
 * stands in the braces of a condition does not change at all. Formatted again the text stays as it is.
 */
export function formatSchema(file: SourceFile): Formatted {
  const report = new Report(file.path);
  const parsed = parse(file, report);
  if (parsed === undefined || report.hasErrors()) return { text: undefined, diagnostics: report.sorted() };
  const list = readTokens(file.text, must(parsed.tree.$cstNode, 'the text of a file'));
  const lines = [...lineTexts(layOut(readStatements(parsed.tree, list)))];
  const text = lines.map((line) => `${line}${list.eol}`).join('');
  if (inked(text) !== inked(file.text))
    throw new PembaError('INTERNAL', 'assertion failed: formatting would change more than white space');
  return { text, diagnostics: [] };
}

function inked(text: string): string {
  return text.replace(/[\s\uFEFF]+/g, '');
}
