import { type AstNode, AstUtils, type ReferenceInfo } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import {
  isArrow,
  isContainsRule,
  isEvery,
  isExcludesRule,
  isLadder,
  isNameExpression,
  isOneOfRule,
  isPermission,
  isRelation,
  isRung,
  isSetOf,
  isSubject,
  isSubjectPath,
  isTypeExtension,
  isUniqueRule,
  type NamedMember,
  type NameExpression,
  type Permission,
  type Relation,
  type SchemaFile,
  type Subject,
} from '../language/generated/ast.ts';
import {
  conditionsByName,
  memberOf,
  membersByName,
  subjectsOf,
  subjectTypesOf,
  typeAround,
  typesByName,
} from '../language/members.ts';
import { RESERVED_WORDS } from '../language/token.ts';
import { isLost, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** A name that means nothing: what to say, and the names that would have meant something. */
interface Unresolved {
  code: 'unknown-type' | 'unknown-relation' | 'unknown-condition';
  message: string;
  known: string[];
  /** True if the message says what to write already. */
  isComplete?: boolean;
}

/** Reports every name without a declaration, unless the declaration may only be out of sight. */
export function reportUnresolved(parsed: ParsedSchema, report: Report): void {
  if (!parsed.isComplete) return;
  for (const node of allNodes(parsed.tree)) {
    for (const info of AstUtils.streamReferences(node)) {
      const { error, $refText, $refNode } = info.reference;
      if (error === undefined || isLost($refText, parsed)) continue;
      // A bare reserved word, as in `parent.self`, is the check of names' affair.
      if (RESERVED_WORDS.has($refNode?.text ?? '')) continue;
      const unresolved = describe(info, parsed.tree);
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

function describe(
  { container, property, reference }: ReferenceInfo,
  root: SchemaFile,
): Unresolved | undefined {
  const name = reference.$refText;
  if (property === 'type') return unknownType(name, root, isTypeExtension(container));
  if (property === 'condition') return unknownCondition(name, root);
  if (isSubject(container) && property === 'relation') return unknownSetName(container, name);
  if (isNameExpression(container)) {
    return isSetOf(container.$container) && container.$containerProperty === 'name'
      ? unknownAnywhere(name, root)
      : unknownMember(container, name, root);
  }
  if (isArrow(container) || isEvery(container)) return unknownBehind(memberOf(container.relation), name);
  if (isContainsRule(container) && property === 'targets')
    return unknownBehind(container.relation?.ref, name);
  if (isSubjectPath(container)) return unknownBehind(storedAround(container), name);
  if (isNamedByRule(container)) return unknownInRule(container, name);
  return undefined;
}

function isNamedByRule(node: AstNode): boolean {
  return isOneOfRule(node) || isUniqueRule(node) || isExcludesRule(node) || isContainsRule(node);
}

function unknownType(name: string, root: SchemaFile, isExtended: boolean): Unresolved {
  const known = [...typesByName(root).keys()];
  const message = isExtended ? `there is no type ${quoted(name)} to extend` : `unknown type ${quoted(name)}`;
  return { code: 'unknown-type', message, known };
}

function unknownCondition(name: string, root: SchemaFile): Unresolved {
  const known = [...conditionsByName(root).keys()];
  return { code: 'unknown-condition', message: `unknown condition ${quoted(name)}`, known };
}

/** In `name of set`, where the name may be of any type. */
function unknownAnywhere(name: string, root: SchemaFile): Unresolved {
  const known = [...typesByName(root).values()].flatMap((type) => [...membersByName(type).keys()]);
  return { code: 'unknown-relation', message: `no type has a relation or permission ${quoted(name)}`, known };
}

function unknownInRule(container: AstNode, name: string): Unresolved | undefined {
  const type = typeAround(container);
  return type?.name === undefined
    ? undefined
    : noSuchMember(type.name, name, [...membersByName(type).keys()]);
}

/** What is stored in the relation that a clause belongs to. */
function storedAround(node: AstNode): NamedMember | undefined {
  const declaration = AstUtils.getContainerOfType(
    node,
    (each) => isRelation(each) || isRung(each) || isLadder(each),
  );
  return isLadder(declaration) ? declaration.rungs[0] : declaration;
}

function unknownSetName(subject: Subject, name: string): Unresolved | undefined {
  const type = subject.type?.ref;
  return type?.name === undefined
    ? undefined
    : noSuchMember(type.name, name, [...membersByName(type).keys()]);
}

function unknownMember(expression: NameExpression, name: string, root: SchemaFile): Unresolved | undefined {
  const type = typeAround(expression);
  if (type?.name === undefined) return undefined;
  const defined = AstUtils.getContainerOfType(expression, isDefined);
  if (typesByName(root).has(name)) {
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
function unknownBehind(relation: NamedMember | undefined, name: string): Unresolved | undefined {
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

const DECLARE: Record<Unresolved['code'], string> = {
  'unknown-type': 'declare it with `type`',
  'unknown-relation': 'declare it there',
  'unknown-condition': 'declare it with `condition`',
};

// More than this is no help in a message.
const MOST_NAMES_LISTED = 5;

function instead({ code, known }: Unresolved): string {
  const declare = DECLARE[code];
  const names = [...new Set(known)];
  if (names.length === 0 || names.length > MOST_NAMES_LISTED) return `; ${declare}`;
  return `; ${declare}, or write ${names.map(quoted).join(' or ')}`;
}
