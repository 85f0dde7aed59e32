import { type AstNode, AstUtils, type ReferenceInfo } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import {
  isArrow,
  isEvery,
  isNameExpression,
  isPermission,
  isRelation,
  isSchemaFile,
  isSubject,
  isTypeDeclaration,
  type NameExpression,
  type Permission,
  type Relation,
  type SchemaFile,
  type Subject,
} from '../language/generated/ast.ts';
import { memberOf, membersByName, subjectsOf, subjectTypesOf, typesByName } from '../language/members.ts';
import { hasDeclarationsElsewhere, supportedNodes } from '../language/not-supported.ts';
import { RESERVED_WORDS } from '../language/token.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** A name that means nothing: what to say, and the names that would have meant something. */
interface Unresolved {
  code: 'unknown-type' | 'unknown-relation';
  message: string;
  known: string[];
  /** True if the message says what to write already. */
  isComplete?: boolean;
}

/** Reports every name without a declaration, unless the declaration may only be out of sight. */
export function reportUnresolved({ tree, damage }: ParsedSchema, report: Report): void {
  if (hasDeclarationsElsewhere(tree)) return;
  for (const node of supportedNodes(tree)) {
    for (const info of AstUtils.streamReferences(node)) {
      const { error, $refText, $refNode } = info.reference;
      if (error === undefined || damage.words.has($refText)) continue;
      // A bare reserved word, as in `parent.self`, is the check of names' affair.
      if (RESERVED_WORDS.has($refNode?.text ?? '')) continue;
      const unresolved = describe(info);
      if (unresolved === undefined) continue;
      const suggestion = unresolved.isComplete ? undefined : nearest($refText, unresolved.known);
      const message =
        suggestion === undefined && !unresolved.isComplete
          ? `${unresolved.message}${instead(unresolved)}`
          : unresolved.message;
      report.error($refNode, unresolved.code, message, { suggestion });
    }
  }
}

function describe({ container, property, reference }: ReferenceInfo): Unresolved | undefined {
  const name = reference.$refText;
  if (isSubject(container) && property === 'type') return unknownType(container, name);
  if (isSubject(container) && property === 'relation') return unknownSetName(container, name);
  if (isNameExpression(container)) return unknownMember(container, name);
  if (isArrow(container) || isEvery(container)) return unknownBehind(container.relation, name);
  return undefined;
}

function unknownType(subject: Subject, name: string): Unresolved {
  const known = [...typesByName(AstUtils.getContainerOfType(subject, isSchemaFile) as SchemaFile).keys()];
  return { code: 'unknown-type', message: `unknown type ${quoted(name)}`, known };
}

function unknownSetName(subject: Subject, name: string): Unresolved | undefined {
  const type = subject.type?.ref;
  return type?.name === undefined
    ? undefined
    : noSuchMember(type.name, name, [...membersByName(type).keys()]);
}

function unknownMember(expression: NameExpression, name: string): Unresolved | undefined {
  const type = AstUtils.getContainerOfType(expression, isTypeDeclaration);
  if (type?.name === undefined) return undefined;
  const defined = AstUtils.getContainerOfType(expression, isDefined);
  if (typesByName(AstUtils.getContainerOfType(type, isSchemaFile) as SchemaFile).has(name)) {
    // `relation x = user` has no subjects, and that is all that is wrong with it.
    if (isRelation(defined) && defined.subjects.length === 0) return undefined;
    const message = `${quoted(name)} is a type; an expression names relations and permissions of ${quoted(type.name)}`;
    return { code: 'unknown-relation', message, known: [], isComplete: true };
  }
  const known = [...membersByName(type).keys()].filter((member) => member !== defined?.name);
  return noSuchMember(type.name, name, known);
}

/** The member whose expression a name stands in. It would be defined by itself. */
function isDefined(node: AstNode): node is Relation | Permission {
  return isRelation(node) || isPermission(node);
}

function noSuchMember(type: string, name: string, known: string[]): Unresolved {
  return {
    code: 'unknown-relation',
    message: `type ${quoted(type)} has no relation or permission ${quoted(name)}`,
    known,
  };
}

/** Says nothing where the relation itself is unknown, stores nothing or leads to unknown types. */
function unknownBehind(expression: NameExpression, name: string): Unresolved | undefined {
  const relation = memberOf(expression);
  if (relation === undefined) return undefined;
  const types = subjectTypesOf(relation);
  const isFullyKnown = subjectsOf(relation).every((subject) => subject.type?.ref !== undefined);
  if (types.length === 0 || !isFullyKnown) return undefined;
  const known = types.flatMap((type) => [...membersByName(type).keys()]);
  if (types.length === 1) return noSuchMember(types[0].name, name, known);
  const list = types.map((type) => quoted(type.name)).join(', ');
  return {
    code: 'unknown-relation',
    message: `none of the types that ${quoted(relation.name)} leads to (${list}) has a relation or permission ${quoted(name)}`,
    known,
  };
}

// More than this is no help in a message.
const MOST_NAMES_LISTED = 5;

function instead({ code, known }: Unresolved): string {
  const declare = code === 'unknown-type' ? 'declare it with `type`' : 'declare it there';
  const names = [...new Set(known)];
  if (names.length === 0 || names.length > MOST_NAMES_LISTED) return `; ${declare}`;
  return `; ${declare}, or write ${names.map(quoted).join(' or ')}`;
}
