import {
  type AstNode,
  type AstNodeDescription,
  type AstNodeDescriptionProvider,
  AstUtils,
  EMPTY_STREAM,
  type LangiumCoreServices,
  type ReferenceInfo,
  type Scope,
  type ScopeProvider,
  type Stream,
  stream,
} from 'langium';
import { fileAround } from './files.ts';
import type { Ladder, NamedMember, Relation, Rung } from './generated/ast.ts';
import {
  isArrow,
  isContainsRule,
  isEvery,
  isLadder,
  isRelation,
  isRung,
  isSetOf,
  isSubject,
  isSubjectPath,
} from './generated/ast.ts';
import {
  conditionsByName,
  memberOf,
  membersByName,
  type Names,
  subjectTypesOf,
  typeAround,
  typesByName,
} from './members.ts';

/**
 * Which declarations a name can mean in its place. There are no nested scopes: a name is a type of
 * the file, a member of the type around it, or a member of the types that a relation leads to.
 */
export class PembaScopeProvider implements ScopeProvider {
  readonly #descriptions: AstNodeDescriptionProvider;

  constructor(services: LangiumCoreServices) {
    this.#descriptions = services.workspace.AstNodeDescriptionProvider;
  }

  getScope(info: ReferenceInfo): Scope {
    return new NamesScope(visibleNames(info), this.#descriptions);
  }
}

/** One set of names for each type the reference can lead to; mostly that is one. */
function visibleNames({ container, property }: ReferenceInfo): Names<AstNode>[] {
  const file = fileAround(container);
  if (file === undefined) return [];
  if (property === 'type') return [typesByName(file)];
  if (property === 'condition') return [conditionsByName(file)];
  if (isSubject(container) && property === 'relation') {
    // After a syntax error the type can be missing.
    const type = container.type?.ref;
    return type === undefined ? [] : [membersByName(type)];
  }
  if (property === 'targets') return namesBehind(container);
  // `name of set`: which types can be in `set` is known only when all names are; a check sees to it.
  if (isSetOf(container.$container) && container.$containerProperty === 'name')
    return [...typesByName(file).values()].map(membersByName);
  const type = typeAround(container);
  return type === undefined ? [] : [membersByName(type)];
}

/** What can be asked of the objects that a name right of a dot is about. */
function namesBehind(container: AstNode): Names<NamedMember>[] {
  const relation = relationBefore(container);
  return relation === undefined ? [] : subjectTypesOf(relation).map(membersByName);
}

/** The relation left of the dot; for `subject.name` the one whose clause it stands in. */
function relationBefore(container: AstNode): NamedMember | undefined {
  if (isArrow(container) || isEvery(container)) return memberOf(container.relation);
  if (isContainsRule(container)) return container.relation?.ref;
  if (!isSubjectPath(container)) return undefined;
  const declaration = AstUtils.getContainerOfType(container, isStored);
  return isLadder(declaration) ? declaration.rungs[0] : declaration;
}

function isStored(node: AstNode): node is Relation | Rung | Ladder {
  return isRelation(node) || isRung(node) || isLadder(node);
}

class NamesScope implements Scope {
  readonly #names: Names<AstNode>[];
  readonly #descriptions: AstNodeDescriptionProvider;

  constructor(names: Names<AstNode>[], descriptions: AstNodeDescriptionProvider) {
    this.#names = names;
    this.#descriptions = descriptions;
  }

  getElement(name: string): AstNodeDescription | undefined {
    return this.getElements(name).head();
  }

  getElements(name: string): Stream<AstNodeDescription> {
    return stream(this.#names).flatMap((names) => {
      const node = names.get(name);
      return node === undefined ? EMPTY_STREAM : stream([this.#descriptions.createDescription(node, name)]);
    });
  }

  getAllElements(): Stream<AstNodeDescription> {
    return stream(this.#names).flatMap((names) =>
      stream(names).map(([name, node]) => this.#descriptions.createDescription(node, name)),
    );
  }
}
