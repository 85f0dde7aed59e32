import { quoted } from '../../model/reference.ts';
import { isPermission, isRelation, type Multiplicity, type NamedMember } from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes, subjectsOf } from '../language/members.ts';
import { boundsOf, multiplicityOf } from '../language/multiplicity.ts';
import { nameNode } from '../language/name-node.ts';
import { oneLine } from '../language/one-line.ts';
import { isDamaged, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** Bounds that are bounds, said once, and a minimum that some subject can count towards. */
export function checkMultiplicity(parsed: ParsedSchema, report: Report): void {
  for (const member of declaredTypes(parsed.tree).flatMap(declaredMembers)) {
    if (isRelation(member) && member.multiplicities.length > 1) {
      const message = `${quoted(member.name)} has two multiplicities; keep one, behind the name or behind the subjects`;
      report.error(member.multiplicities[1].$cstNode, 'duplicate-multiplicity', message);
    }
    const multiplicity = multiplicityOf(member);
    if (multiplicity !== undefined && !isDamaged(multiplicity, parsed))
      checkBounds(member, multiplicity, report);
  }
}

function checkBounds(member: NamedMember, multiplicity: Multiplicity, report: Report): void {
  const text = quoted(oneLine(multiplicity.$cstNode?.text ?? ''));
  const bounds = boundsOf(multiplicity);
  const where = multiplicity.$cstNode;
  if (bounds === undefined) {
    const message = `${text} is no multiplicity; write one such as \`[1]\`, \`[0..1]\`, \`[1..]\` or \`[2..5]\`, with numbers up to 999999`;
    report.error(where, 'malformed-multiplicity', message);
    return;
  }
  const { min, max } = bounds;
  if (max === 0) {
    const message = `${text} lets nothing be stored in ${quoted(member.name)}; remove the relation, or write at least \`[0..1]\``;
    report.error(where, 'malformed-multiplicity', message);
  } else if (max !== undefined && min > max) {
    const message = `the minimum of ${text} is above its maximum; write ${quoted(`[${max}..${min}]`)}`;
    report.error(where, 'malformed-multiplicity', message);
  } else if (min > 0 && !isAttainable(member)) {
    const message = `no subject of ${quoted(member.name)} counts towards the minimum of ${text}: those with a condition, with \`must expire\`, sets and wildcards do not; admit plain objects, such as \`user\``;
    report.error(where, 'unattainable-minimum', message);
  }
}

/** True if a plain object without condition and expiry can be stored, or if that cannot be known. */
function isAttainable(member: NamedMember): boolean {
  if (isPermission(member)) return true;
  const subjects = subjectsOf(member);
  // No subjects at all is reported as what it is.
  if (subjects.length === 0 || nameNode(member) === undefined) return true;
  return subjects.some(
    ({ relation, wildcard, condition, expiry }) =>
      relation === undefined && !wildcard && condition === undefined && !expiry?.mandatory,
  );
}
