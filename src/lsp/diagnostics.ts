import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node.js';
import { nameOf, type Schemas } from './schemas.ts';

/** What `pemba schema check` says of a file in all schemas that it is part of, each thing once. */
export async function diagnosticsOf(schemas: Schemas, path: string): Promise<Diagnostic[]> {
  const found = new Map<string, Diagnostic>();
  for (const { diagnostics } of await schemas.allWith(path)) {
    for (const { severity, code, file, line, column, endLine, endColumn, message } of diagnostics) {
      if (file !== nameOf(path)) continue;
      found.set(JSON.stringify([line, column, code, message]), {
        severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
        code,
        message,
        source: 'pemba',
        range: {
          start: { line: line - 1, character: column - 1 },
          end: { line: endLine - 1, character: endColumn - 1 },
        },
      });
    }
  }
  return [...found.values()];
}
