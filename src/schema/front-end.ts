import { check } from './check.ts';
import { compile } from './compile.ts';
import { link } from './link.ts';
import { parse } from './parse.ts';
import { Report } from './report.ts';
import type { CompileResult, SourceFile } from './source-file.ts';

/** The way of a schema file from text to {@link CompileResult}: parse, link, check, compile. */
export async function runFrontEnd(file: SourceFile): Promise<CompileResult> {
  const report = new Report(file.path);
  const parsed = parse(file, report);
  if (parsed !== undefined) {
    await link(parsed, report);
    check(parsed, report);
  }
  const schema = parsed === undefined || report.hasErrors() ? undefined : compile(parsed);
  return { schema, diagnostics: report.sorted() };
}
