/** What the compiler takes and gives. */
import type { CompiledSchema } from './compiled-schema.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface SourceFile {
  /** How diagnostics and source positions name the file; nothing is read from it. */
  path: string;
  text: string;
}

/**
 * Reads an imported file; undefined if there is none.
 * @param path from the folder of the root file, with `/`, without `.` and `..`
 */
export type ReadImport = (path: string) => Promise<string | undefined>;

export interface CompileResult {
  /** Undefined exactly if a diagnostic is an error. */
  schema: CompiledSchema | undefined;
  /** Errors and warnings, file by file, by position. */
  diagnostics: Diagnostic[];
  /** All files that were read, the root first, as diagnostics name them. */
  files: SourceFile[];
}
