/** Where in a schema a rule stands, for messages. */
import type { SourcePosition } from '../schema/compiled-schema.ts';

/** `platform.pemba:12` */
export function formatPlace({ file, line }: SourcePosition): string {
  return file === '' ? `line ${line}` : `${file}:${line}`;
}
