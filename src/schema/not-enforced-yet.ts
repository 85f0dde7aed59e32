/**
 * What compiles and is not enforced yet. A service may not take a schema whose rules it does not keep, so each
 * is refused in its place. What is enforced leaves this list, and with the last of it the file goes.
 */
import type {
  ClauseExpression,
  CompiledMember,
  CompiledSchema,
  CompiledType,
  PartPosition,
  SourcePosition,
} from './compiled-schema.ts';
import type { Diagnostic } from './diagnostic.ts';

interface Found {
  words: string;
  source: SourcePosition;
}

/** One error for each construct, in the form of the compiler's own. */
export function notEnforcedYet(schema: CompiledSchema): Diagnostic[] {
  const found = [
    ...schema.conditions.map(({ source }) => ({ words: 'condition', source })),
    ...schema.types.flatMap(inType),
  ];
  const places = new Set<string>();
  return found
    .filter(({ words, source }) => {
      // The rungs of a ladder share what is written once.
      const place = `${source.file}:${source.line}:${source.column}:${words}`;
      return !places.has(place) && places.add(place);
    })
    .map(diagnostic);
}

function inType(type: CompiledType): Found[] {
  const clauses = [type.createdBy, type.deletedBy].filter((clause) => clause !== undefined);
  return [
    ...clauses.map(({ keyword, source }) => ({ words: keyword, source })),
    ...type.requires.map(({ source }) => ({ words: 'require', source })),
    ...type.members.flatMap(inMember),
  ];
}

function inMember(member: CompiledMember): Found[] {
  const { source, subjects, multiplicity, unique, grantedBy, revokedBy, rewrite } = member;
  const found: Found[] = [];
  if (multiplicity !== undefined) found.push({ words: 'multiplicity', source: multiplicity.source });
  if (unique) found.push({ words: 'unique', source });
  if (subjects.some(({ condition }) => condition !== undefined)) found.push({ words: 'with', source });
  if (subjects.some(({ expiry }) => expiry === 'may')) found.push({ words: 'expires', source });
  if (subjects.some(({ expiry }) => expiry === 'must')) found.push({ words: 'must expire', source });
  for (const clause of [grantedBy, revokedBy]) {
    if (clause !== undefined) found.push({ words: clause.keyword, source: clause.source });
  }
  for (const [line, column] of setsOf(rewrite))
    found.push({ words: 'name of set', source: { file: source.file, line, column } });
  return found;
}

function setsOf(expression: ClauseExpression): PartPosition[] {
  switch (expression.op) {
    case 'of':
      return [expression.at ?? [1, 1]];
    case 'or':
    case 'and':
      return expression.of.flatMap(setsOf);
    case 'except':
      return [...setsOf(expression.from), ...setsOf(expression.without)];
    default:
      return [];
  }
}

function diagnostic({ words, source: { file, line, column } }: Found): Diagnostic {
  const message = `\`${words}\` is not enforced by this version; leave it out`;
  return {
    severity: 'error',
    code: 'not-enforced-yet',
    file,
    line,
    column,
    endLine: line,
    endColumn: column,
    message,
  };
}
