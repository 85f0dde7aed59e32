/** What a schema declares, as far as other languages have types for it. */
import type { CompiledSchema } from '../compiled-schema.ts';
import { formatForm } from '../subject-form.ts';

export interface DeclaredType {
  name: string;
  /** Text of its `///` lines; may be empty. */
  documentation: string;
  members: DeclaredMember[];
}

export interface DeclaredMember {
  name: string;
  documentation: string;
  isPermission: boolean;
  /** `user`, `team#member` or `user:*`; empty for a permission. */
  subjects: string[];
}

/** In the order of the schema. */
export function declarationsOf(schema: CompiledSchema): DeclaredType[] {
  return schema.types.map(({ name, doc, members }) => ({
    name,
    documentation: doc ?? '',
    members: members.map((member) => ({
      name: member.name,
      documentation: member.doc ?? '',
      isPermission: member.kind === 'permission',
      subjects: member.subjects.map(formatForm),
    })),
  }));
}
