import { quoted } from '../../model/reference.ts';
import { isLadder, isRelation, type Ladder, type Relation, type Subject } from '../language/generated/ast.ts';
import { declaredTypes } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { isDamaged, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** What is said after a relation's colon: something, no form twice, and no name that repeats the type. */
export function checkSubjects({ tree, damage }: ParsedSchema, report: Report): void {
  for (const type of declaredTypes(tree)) {
    for (const member of type.members) {
      if (!isRelation(member) && !isLadder(member)) continue;
      if (member.subjects.length === 0 && !isDamaged(member, damage)) reportMissing(member, report);
      reportRepeated(member, report);
      for (const relation of isLadder(member) ? member.rungs : [member]) {
        if (relation.name !== undefined && relation.name === type.name) {
          const what = `relation ${quoted(relation.name)} repeats the name of its type`;
          report.warning(
            nameNode(relation),
            'name-repeats-type',
            `${what}; name it for what it holds, such as \`parent\``,
          );
        }
      }
    }
  }
}

function reportMissing(member: Relation | Ladder, report: Report): void {
  const [first, what] = isLadder(member) ? [member.rungs[0], 'the ladder of'] : [member, 'relation'];
  if (first?.name === undefined) return;
  const computed =
    isRelation(member) && member.expression !== undefined
      ? ', or `permission` if nothing is stored in it'
      : '';
  const message = `${what} ${quoted(first.name)} has no subjects; write what it can hold, such as \`: user\`${computed}`;
  report.error(nameNode(first), 'no-subjects', message);
}

function reportRepeated(member: Relation | Ladder, report: Report): void {
  const seen = new Set<string>();
  for (const subject of member.subjects) {
    const form = textOfForm(subject);
    if (seen.has(form)) {
      report.error(
        subject.$cstNode,
        'duplicate-subject',
        `${quoted(form)} stands twice among the subjects; remove one`,
      );
    }
    // With a condition or an expiry it is a form of its own.
    if (subject.condition === undefined && subject.expiry === undefined) seen.add(form);
  }
}

function textOfForm({ type, relation, wildcard }: Subject): string {
  const suffix = relation === undefined ? '' : `#${relation.$refText}`;
  return `${type?.$refText}${wildcard ? ':*' : suffix}`;
}
