import { check } from './check.ts';
import { compile } from './compile.ts';
import { Report } from './report.ts';
import { resolve } from './resolve.ts';
import type { CompileResult, ReadImport, SourceFile } from './source-file.ts';

/** The way of a schema from text to {@link CompileResult}: parse, link, check, compile. */
export async function runFrontEnd(source: SourceFile, read?: ReadImport): Promise<CompileResult> {
  const report = new Report(source.path);
  const { parsed, files } = await resolve(source, read, report);
  if (parsed === undefined) return { schema: undefined, diagnostics: report.sorted(), files };
  check(parsed, report);
  const schema = report.hasErrors() ? undefined : compile(parsed);
  return { schema, diagnostics: report.sorted(), files };
}
