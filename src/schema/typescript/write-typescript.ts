/** TypeScript types of a schema, for `PembaClient`. */
import type { DeclaredMember, DeclaredType } from './declarations.ts';

const INDENT = '  ';
const NOTHING = 'Record<never, never>';

export interface TypescriptOptions {
  /** What to call the type; an identifier. */
  name: string;
  /** Where the schema comes from, for the file's head. */
  origin: string;
}

/** @returns the text of a module; the same for the same schema and options */
export function writeTypescript(types: readonly DeclaredType[], { name, origin }: TypescriptOptions): string {
  const lines = [
    `// Made by \`pemba generate typescript\` from ${onOneLine(origin)}. Make it anew rather than change it.`,
    '',
    `/** For \`new PembaClient<${name}>(…)\`: object types, their relations with what each may hold, and permissions. */`,
    `export interface ${name} {`,
    ...types.flatMap(typeLines).map(indented),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function typeLines({ name, documentation, members }: DeclaredType): string[] {
  const relations = members.filter(({ isPermission }) => !isPermission);
  const permissions = members.filter(({ isPermission }) => isPermission);
  return [
    ...comment(documentation),
    `${key(name)}: {`,
    ...membersLines('relations', relations, subjects).map(indented),
    ...membersLines('permissions', permissions, () => 'true').map(indented),
    '};',
  ];
}

function membersLines(
  kind: string,
  members: readonly DeclaredMember[],
  textOf: (member: DeclaredMember) => string,
): string[] {
  if (members.length === 0) return [`${kind}: ${NOTHING};`];
  const lines = members.flatMap((member) => [
    ...comment(member.documentation),
    `${key(member.name)}: ${textOf(member)};`,
  ]);
  return [`${kind}: {`, ...lines.map(indented), '};'];
}

function subjects(member: DeclaredMember): string {
  // What follows the form, such as a condition, is no part of a subject's text.
  const forms = new Set(member.subjects.map((form) => form.split(' ')[0] ?? form));
  return forms.size === 0 ? 'never' : [...forms].map(quoted).join(' | ');
}

function comment(documentation: string): string[] {
  if (documentation === '') return [];
  const lines = documentation.replaceAll('*/', '*\\/').split(/\r\n|[\r\n\u2028\u2029]/);
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function indented(line: string): string {
  return line === '' ? line : INDENT + line;
}
