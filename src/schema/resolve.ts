import { joinFiles } from './language/files.ts';
import { link } from './link.ts';
import { parseAll } from './parse/imports.ts';
import { isWithinMembers } from './parse/limits.ts';
import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';
import type { ReadImport, SourceFile } from './source-file.ts';

export interface Resolved {
  /** Undefined if the schema exceeds a limit. */
  parsed: ParsedSchema | undefined;
  /** All files that were read, the root first. */
  files: SourceFile[];
}

/** Reads a schema with all that it imports into trees, and finds what each name in them means. */
export async function resolve(
  source: SourceFile,
  read: ReadImport | undefined,
  report: Report,
): Promise<Resolved> {
  const { parsed, files } = await parseAll(source, read, report);
  if (parsed === undefined) return { parsed, files };
  joinFiles(parsed.files.map(({ tree }) => tree));
  if (!isWithinMembers(parsed.tree, report)) return { parsed: undefined, files };
  await link(parsed, report);
  return { parsed, files };
}
