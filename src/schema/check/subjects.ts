import { quoted } from '../../model/reference.ts';
import { parseWithin } from '../language/duration.ts';
import {
  isExpiry,
  isLadder,
  isRelation,
  type Ladder,
  type Relation,
  type Subject,
} from '../language/generated/ast.ts';
import { declaredTypes, membersIn } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { oneLine } from '../language/one-line.ts';
import { isDamaged, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** What is said after a relation's colon: something, no form twice, and no name that repeats the type. */
export function checkSubjects(parsed: ParsedSchema, report: Report): void {
  for (const type of declaredTypes(parsed.tree)) {
    for (const member of membersIn(type)) {
      if (!isRelation(member) && !isLadder(member)) continue;
      if (member.subjects.length === 0 && !isDamaged(member, parsed)) reportMissing(member, report);
      reportRepeated(member, report);
      for (const subject of member.subjects) checkExpiry(subject, report);
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

/** What differs in its condition or its expiry is another form. */
function reportRepeated(member: Relation | Ladder, report: Report): void {
  const seen = new Set<string>();
  // After a syntax error the type can be missing.
  for (const subject of member.subjects.filter(({ type }) => type !== undefined)) {
    const form = textOfForm(subject);
    if (seen.has(form)) {
      report.error(
        subject.$cstNode,
        'duplicate-subject',
        `${quoted(form)} stands twice among the subjects; remove one`,
      );
    }
    seen.add(form);
  }
}

function checkExpiry({ expiry }: Subject, report: Report): void {
  if (!isExpiry(expiry) || expiry.within === undefined || parseWithin(expiry.within) !== undefined) return;
  const message = `${quoted(expiry.within)} is no period; write a number with \`s\`, \`m\`, \`h\` or \`d\`, such as \`90d\`, of at most 100 years`;
  report.error(expiry.$cstNode, 'malformed-period', message);
}

function textOfForm({ type, relation, wildcard, condition, expiry }: Subject): string {
  const suffix = relation === undefined ? '' : `#${relation.$refText}`;
  const subject = `${type?.$refText}${wildcard ? ':*' : suffix}`;
  const what = condition === undefined ? '' : ` with ${condition.$refText}`;
  return `${subject}${what}${expiry === undefined ? '' : ` ${oneLine(expiry.$cstNode?.text ?? '')}`}`;
}
