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

/**
 * Compiles a schema file. All its problems are reported, not only the first; nothing is thrown for
 * what is wrong with the text.
 *
 * The language's machinery takes half a second to import, so only a call of this function does it.
 */
export async function compileSchema(file: SourceFile): Promise<CompileResult> {
  const { runFrontEnd } = await import('./front-end.ts');
  return runFrontEnd(file);
}
