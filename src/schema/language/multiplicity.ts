import { isRelation, isRung, type Multiplicity, type NamedMember } from './generated/ast.ts';

/** The multiplicity of a relation or rung; of two, which is an error, the first. */
export function multiplicityOf(member: NamedMember): Multiplicity | undefined {
  if (isRung(member)) return member.multiplicity;
  return isRelation(member) ? member.multiplicities[0] : undefined;
}

/** The bounds of `[1]`, `[0..1]`, `[1..]`, `[2..5]`; undefined if they are no such numbers. */
export function boundsOf({ min, max, range }: Multiplicity): { min: number; max?: number } | undefined {
  const least = countOf(min);
  if (least === undefined) return undefined;
  if (!range) return { min: least, max: least };
  if (max === undefined) return { min: least };
  const most = countOf(max);
  return most === undefined ? undefined : { min: least, max: most };
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
