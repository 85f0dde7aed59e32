import type { CompileResult, ReadImport, SourceFile } from './source-file.ts';

/**
 * Compiles a schema. All its problems are reported, not only the first; nothing is thrown for what is wrong
 * with the text.
 *
 * The language's machinery takes half a second to import, so only a call of this function does it.
 * @param file the root file, or a whole schema as one text (see `schema-bundle.ts`)
 * @param read finds imported files; without it a file that is no bundle cannot import
 */
export async function compileSchema(file: SourceFile, read?: ReadImport): Promise<CompileResult> {
  const { runFrontEnd } = await import('./front-end.ts');
  return runFrontEnd(file, read);
}
