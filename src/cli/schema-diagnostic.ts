/** What the compiler has to say about a schema file. Lines and columns count from 1. */
export interface SchemaDiagnostic {
  severity: 'error' | 'warning';
  code: string;
  file: string;
  line: number;
  column: number;
  endLine: number;
  /** Exclusive. */
  endColumn: number;
  message: string;
}
