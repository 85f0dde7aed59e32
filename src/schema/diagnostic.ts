/** What the compiler has to say about a schema file. */

export interface Diagnostic {
  severity: 'error' | 'warning';
  /** Stable kebab-case name, such as `unknown-relation`; a warning is silenced by it. */
  code: string;
  file: string;
  /** Start and end of the offending text; lines and columns count from 1, the end is exclusive. */
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** What is wrong and what to write instead; the author's text stands in backticks. */
  message: string;
  /** The name or text that was probably meant, if one is near. */
  suggestion?: string;
}

/** `file:line:column: error: message [code]`, the form that editors and terminals link. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message} [${d.code}]`;
}
