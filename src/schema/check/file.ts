import { isSchemaLine } from '../language/generated/ast.ts';
import { declaredTypes } from '../language/members.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** There is at least one type, and in the root file at most one `schema` line, before everything else. */
export function checkFile(parsed: ParsedSchema, report: Report): void {
  const { tree } = parsed;
  for (const line of tree.declarations.slice(1).filter(isSchemaLine)) {
    const isSecond = isSchemaLine(tree.declarations[0]);
    const message = isSecond
      ? 'there is a `schema` line already; remove one of them'
      : 'the `schema` line stands behind other declarations; move it to the top of the file';
    report.error(line.$cstNode, 'misplaced-schema-line', message);
  }
  if (declaredTypes(tree).length === 0 && isIntact(parsed)) {
    report.error(
      undefined,
      'empty-schema',
      'the schema declares no type; write at least one, such as `type user`',
    );
  }
}
