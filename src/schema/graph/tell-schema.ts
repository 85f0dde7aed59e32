/** A schema as a tree of text. */
import type { CompiledMember, CompiledSchema, CompiledType } from '../compiled-schema.ts';
import { formatRewrite } from '../format-rewrite.ts';
import { signatureOf } from './draw-schema.ts';
import { SchemaLinks } from './leaves.ts';

export interface SchemaTree {
  text: string;
  children: SchemaTree[];
}

/** What there is, type by type; below each member where the parts of its expression lead on other objects. */
export function tellSchema(schema: CompiledSchema, path: string): SchemaTree {
  const links = new SchemaLinks(schema);
  return {
    text: schema.name === undefined ? path : `schema ${schema.name}`,
    children: [
      ...schema.conditions.map(({ name, parameters }) =>
        line(`condition ${name}(${parameters.map((parameter) => parameter.name).join(', ')})`),
      ),
      ...schema.types.map((type) => ({ text: `type ${type.name}`, children: partsOf(type, links) })),
    ],
  };
}

function partsOf(type: CompiledType, links: SchemaLinks): SchemaTree[] {
  const lifecycle = [type.createdBy, type.deletedBy].filter((clause) => clause !== undefined);
  return [
    ...lifecycle.map(({ keyword, text }) => line(`${keyword} ${text}`)),
    ...type.members.map((member) => memberTree(type, member, links)),
    ...type.requires.map(({ text }) => line(text)),
  ];
}

function memberTree(type: CompiledType, member: CompiledMember, links: SchemaLinks): SchemaTree {
  const elsewhere = links.of(type, member.rewrite).filter(({ leaf }) => leaf.op !== 'name');
  return {
    text: signatureOf(member),
    children: [
      ...elsewhere.map(({ leaf, targets, isNegative }) =>
        line(`${isNegative ? 'except ' : ''}${formatRewrite(leaf)} -> ${targets.join(', ')}`),
      ),
      ...(member.grantedBy === undefined ? [] : [line(`granted by ${member.grantedBy.text}`)]),
      ...(member.revokedBy === undefined || member.revokedBy.text === member.grantedBy?.text
        ? []
        : [line(`revoked by ${member.revokedBy.text}`)]),
    ],
  };
}

function line(text: string): SchemaTree {
  return { text, children: [] };
}
