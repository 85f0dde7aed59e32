/** A schema from a file, with the files that it imports, as the one text that is stored. */
import { basename, dirname, join } from 'node:path';
import { isNoSuchFile, readTextFile } from '../base/text-file.ts';
import { type BundledFile, bundle } from '../model/schema-bundle.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { invalid } from './schema-service.ts';

/**
 * The whole schema as it lies there.
 * @throws PembaError FILE_UNREADABLE, SCHEMA_INVALID
 */
export async function readSchemaFile(path: string): Promise<string> {
  const root = { path: basename(path), text: await readTextFile(path) };
  // Only the compiler knows what is an import, and it takes half a second to load.
  if (!/\bimport\b/.test(root.text)) return root.text;
  const imported: BundledFile[] = [];
  const { diagnostics } = await compileSchema({ path, text: root.text }, async (name) => {
    const text = await textOf(join(dirname(path), name));
    if (text !== undefined) imported.push({ path: name, text });
    return text;
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) throw invalid(diagnostics);
  return bundle([root, ...imported]);
}

/** Undefined if there is no such file. @throws PembaError FILE_UNREADABLE */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readTextFile(path);
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  }
}
