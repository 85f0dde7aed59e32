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
import type { NamedMember, SchemaFile } from './generated/ast.ts';
import { isArrow, isEvery, isSchemaFile, isSubject, isTypeDeclaration } from './generated/ast.ts';
import { memberOf, membersByName, type Names, subjectTypesOf, typesByName } from './members.ts';

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
  if (property === 'type') {
    const file = AstUtils.getContainerOfType(container, isSchemaFile) as SchemaFile;
    return [typesByName(file)];
  }
  if (isSubject(container) && property === 'relation') {
    // After a syntax error the type can be missing.
    const type = container.type?.ref;
    return type === undefined ? [] : [membersByName(type)];
  }
  if (property === 'targets') {
    const relation = isArrow(container) || isEvery(container) ? memberOf(container.relation) : undefined;
    return relation === undefined ? [] : namesBehind(relation);
  }
  if (property === 'condition') return [];
  const type = AstUtils.getContainerOfType(container, isTypeDeclaration);
  return type === undefined ? [] : [membersByName(type)];
}

/** What can be asked of the objects stored in a relation. */
function namesBehind(relation: NamedMember): Names<NamedMember>[] {
  return subjectTypesOf(relation).map(membersByName);
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
