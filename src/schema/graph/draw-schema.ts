/** A schema as a picture: types, what they have, what is stored there and what permissions are made of. */
import type { CompiledMember, CompiledSchema, CompiledType, SubjectForm } from '../compiled-schema.ts';
import { formatRewrite } from '../format-rewrite.ts';
import { formatForm, formatSubjectOfForm } from '../subject-form.ts';
import { type Link, SchemaLinks } from './leaves.ts';

/** A node; ids are `type` and `type#member`. */
export interface SchemaNode {
  id: string;
  label: string;
  kind: 'type' | 'relation' | 'permission';
  /** How it is declared, and its documentation. */
  title: string;
}

export interface SchemaEdge {
  from: string;
  to: string;
  label?: string;
  /** True where being in the one excludes from the other. */
  dashed?: boolean;
}

export interface SchemaPicture {
  nodes: SchemaNode[];
  edges: SchemaEdge[];
}

/** Each node and each edge once, in the order of the schema. */
export function drawSchema(schema: CompiledSchema): SchemaPicture {
  const links = new SchemaLinks(schema);
  const nodes = schema.types.flatMap((type) => [
    typeNode(type),
    ...type.members.map((each) => memberNode(type, each)),
  ]);
  const edges = schema.types.flatMap((type) =>
    type.members.flatMap((member) => [
      { from: type.name, to: `${type.name}#${member.name}` },
      ...member.subjects.map((form) => subjectEdge(type, member, form)),
      ...links.of(type, member.rewrite).flatMap((link) => linkEdges(type, member, link)),
    ]),
  );
  return { nodes, edges: [...new Map(edges.map((edge) => [JSON.stringify(edge), edge])).values()] };
}

function typeNode({ name, doc }: CompiledType): SchemaNode {
  return { id: name, label: name, kind: 'type', title: withDoc(`type ${name}`, doc) };
}

function memberNode(type: CompiledType, member: CompiledMember): SchemaNode {
  const { name, kind, doc } = member;
  return { id: `${type.name}#${name}`, label: name, kind, title: withDoc(signatureOf(member), doc) };
}

function withDoc(signature: string, doc: string | undefined): string {
  return doc === undefined ? signature : `${signature}\n${doc}`;
}

/** `relation member : user | team#member = direct or lead` */
export function signatureOf({ name, kind, subjects, rewrite }: CompiledMember): string {
  const stored = subjects.length === 0 ? '' : ` : ${subjects.map(formatForm).join(' | ')}`;
  const computed = rewrite.op === 'direct' ? '' : ` = ${formatRewrite(rewrite)}`;
  return `${kind} ${name}${stored}${computed}`;
}

function subjectEdge(type: CompiledType, member: CompiledMember, form: SubjectForm): SchemaEdge {
  const to = form.relation === undefined ? form.type : `${form.type}#${form.relation}`;
  const carried = formatForm(form).slice(formatSubjectOfForm(form).length).trim();
  const label = [...(form.wildcard ? ['*'] : []), ...(carried === '' ? [] : [carried])].join(' ');
  return { from: `${type.name}#${member.name}`, to, ...(label === '' ? {} : { label }) };
}

function linkEdges(
  type: CompiledType,
  member: CompiledMember,
  { leaf, targets, isNegative }: Link,
): SchemaEdge[] {
  const how = leaf.op === 'name' ? '' : leaf.op === 'of' ? `of ${leaf.set}` : leaf.relation;
  const label = leaf.op === 'every' ? `every ${how}` : how;
  return targets.map((to) => ({
    from: `${type.name}#${member.name}`,
    to,
    ...(label === '' ? {} : { label }),
    ...(isNegative ? { dashed: true } : {}),
  }));
}
