/** A schema from a file, with the files that it imports, as the one text that is stored. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { type BundledFile, bundle, unbundle } from '../model/schema-bundle.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { invalid } from './schema-service.ts';

/**
 * The whole schema as it lies there.
 * @throws PembaError FILE_UNREADABLE, SCHEMA_INVALID
 */
export async function readSchemaFile(path: string): Promise<string> {
  const root = { path: basename(path), text: await readText(path, 'schema') };
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

/** Whether the files are those of a text that is stored; that needs no compiler. @throws PembaError FILE_UNREADABLE */
export async function isSchemaFile(path: string, stored: string): Promise<boolean> {
  const files = [{ path: basename(path), text: await readText(path, 'schema') }];
  for (const { path: name } of unbundle(stored)?.slice(1) ?? []) {
    const text = await textOf(join(dirname(path), name));
    if (text === undefined) return false;
    files.push({ path: name, text });
  }
  return bundle(files) === stored;
}

/** @param setting what named the file. @throws PembaError FILE_UNREADABLE */
export async function readText(path: string, setting: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PembaError(
      'FILE_UNREADABLE',
      `${setting}: cannot read ${path} (${code ?? 'unknown error'}); check the path`,
      { cause: error },
    );
  }
}

/** Undefined if there is no such file. @throws PembaError FILE_UNREADABLE */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readText(path, 'schema');
  } catch (error) {
    if (((error as PembaError).cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
