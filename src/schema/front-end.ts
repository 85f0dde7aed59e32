import { check } from './check.ts';
import { compile } from './compile.ts';
import { joinFiles } from './language/files.ts';
import { link } from './link.ts';
import { parseAll } from './parse/imports.ts';
import { isWithinMembers } from './parse/limits.ts';
import { Report } from './report.ts';
import type { CompileResult, ReadImport, SourceFile } from './source-file.ts';

/** The way of a schema from text to {@link CompileResult}: parse, link, check, compile. */
export async function runFrontEnd(source: SourceFile, read?: ReadImport): Promise<CompileResult> {
  const report = new Report(source.path);
  const { parsed, files } = await parseAll(source, read, report);
  if (parsed === undefined) return { schema: undefined, diagnostics: report.sorted(), files };
  joinFiles(parsed.files.map(({ tree }) => tree));
  if (!isWithinMembers(parsed.tree, report))
    return { schema: undefined, diagnostics: report.sorted(), files };
  await link(parsed, report);
  check(parsed, report);
  const schema = report.hasErrors() ? undefined : compile(parsed);
  return { schema, diagnostics: report.sorted(), files };
}
