/** What the compiler takes and gives. */
import type { CompiledSchema } from './compiled-schema.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface SourceFile {
  /** How diagnostics and source positions name the file; nothing is read from it. */
  path: string;
  text: string;
}

export interface CompileResult {
  /** Undefined exactly if a diagnostic is an error. */
  schema: CompiledSchema | undefined;
  /** Errors and warnings, by position. */
  diagnostics: Diagnostic[];
}
