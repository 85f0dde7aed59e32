/** What a compiler has to say, with the lines it is about. */
import { painter } from './colors.ts';
import { excerpt } from './excerpt.ts';
import type { Io, Output } from './io.ts';
import type { SchemaDiagnostic } from './schema-diagnostic.ts';

/** @param text that of the file they are about, or finds it by the file's name */
export function printDiagnostics(
  output: Output,
  env: Io['env'],
  text: string | ((file: string) => string),
  diagnostics: readonly SchemaDiagnostic[],
): void {
  const paint = painter(output, env);
  for (const diagnostic of diagnostics) {
    const { file, line, column, severity, message, code } = diagnostic;
    const color = severity === 'error' ? 'red' : 'yellow';
    const [source, carets] = excerpt(typeof text === 'string' ? text : text(file), diagnostic);
    output.write(`${file}:${line}:${column}: ${paint(color, `${severity}:`)} ${message} [${code}]\n`);
    if (source !== undefined && carets !== undefined)
      output.write(`  ${source}\n  ${paint(color, carets)}\n`);
  }
}

/** How many of them there are, such as `1 error, 2 warnings`. */
export function summarize(diagnostics: readonly SchemaDiagnostic[]): string {
  const counts = (['error', 'warning'] as const).map((severity) => {
    const count = diagnostics.filter((each) => each.severity === severity).length;
    return count === 0 ? undefined : `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return counts.filter((count) => count !== undefined).join(', ') || 'no problems';
}
