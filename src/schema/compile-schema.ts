import type { CompileResult, SourceFile } from './source-file.ts';

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
