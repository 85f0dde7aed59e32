/** Definition, references and rename. */
import type { CstNode } from 'langium';
import type { Location, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node.js';
import { isName, quoted } from '../model/reference.ts';
import { pathOf as nameOfFile } from '../schema/language/files.ts';
import { isCondition, isTypeDeclaration } from '../schema/language/generated/ast.ts';
import { conditionsByName, membersByName, typeOf, typesByName } from '../schema/language/members.ts';
import { nameNode } from '../schema/language/name-node.ts';
import { RESERVED_WORDS } from '../schema/language/token.ts';
import { type Declaration, fileNameOf, keyOf, nameAt, namesIn } from './declarations.ts';
import { ownerOf } from './describe.ts';
import { type FileInSchema, pathOfName, type Schemas } from './schemas.ts';
import type { Sources } from './sources.ts';

/** Why a name cannot be changed to another, for the person who wants to. */
export class RenameError extends Error {}

export class Navigation {
  readonly #sources: Sources;
  readonly #schemas: Schemas;

  constructor(sources: Sources, schemas: Schemas) {
    this.#sources = sources;
    this.#schemas = schemas;
  }

  /** Where the names at an offset are declared. */
  definition(places: readonly FileInSchema[], offset: number): Location[] {
    const nodes = declarationsAt(places, offset).map(nameNode);
    return this.#locations(nodes.filter((node) => node !== undefined));
  }

  async references(
    places: readonly FileInSchema[],
    offset: number,
    withDeclaration: boolean,
  ): Promise<Location[]> {
    const keys = new Set(declarationsAt(places, offset).map(keyOf));
    return this.#locations(await this.#uses(places, keys, withDeclaration));
  }

  /** The name at an offset if it can be changed. */
  prepareRename(places: readonly FileInSchema[], offset: number): CstNode | undefined {
    for (const { file, parsed } of places) {
      const found = nameAt(file, parsed, offset);
      if (found !== undefined && found.declarations.length > 0) return found.node;
    }
    return undefined;
  }

  /** @throws RenameError */
  async rename(
    places: readonly FileInSchema[],
    offset: number,
    newName: string,
  ): Promise<WorkspaceEdit | undefined> {
    const declarations = declarationsAt(places, offset);
    if (declarations.length === 0) return undefined;
    const written = RESERVED_WORDS.has(newName) ? `\`${newName}\`` : newName;
    if (!isName(newName))
      throw new RenameError(
        `${quoted(newName)} is not a name; names are letters, digits and \`_\`, in segments joined by \`-\` or \`/\``,
      );
    const all = await this.#renamedTogether(places, declarations);
    await this.#assertFree(places, new Set(all.keys()), newName);
    const changes: Record<string, TextEdit[]> = {};
    for (const { uri, range } of this.#locations(await this.#uses(places, new Set(all.keys()), true))) {
      changes[uri] ??= [];
      changes[uri].push({ range, newText: written });
    }
    return { changes };
  }

  /** What some use may mean together with it: an arrow to several types would lose one of them. */
  async #renamedTogether(
    places: readonly FileInSchema[],
    declarations: Declaration[],
  ): Promise<Map<string, Declaration>> {
    const all = new Map(declarations.map((declaration) => [keyOf(declaration), declaration]));
    for (let size = 0; size !== all.size; ) {
      size = all.size;
      for (const place of await this.#around(places, new Set(all.keys()))) {
        for (const name of namesIn(place.parsed)) {
          if (!name.declarations.some((each) => all.has(keyOf(each)))) continue;
          for (const each of name.declarations) all.set(keyOf(each), each);
        }
      }
    }
    return all;
  }

  /** In every schema, for each may have names of its own beside those that change. */
  async #assertFree(
    places: readonly FileInSchema[],
    keys: ReadonlySet<string>,
    newName: string,
  ): Promise<void> {
    for (const { parsed } of await this.#around(places, keys)) {
      for (const { declarations, isDeclared } of namesIn(parsed)) {
        const [declaration] = declarations;
        if (isDeclared && declaration !== undefined && keys.has(keyOf(declaration)))
          assertFree(declaration, newName);
      }
    }
  }

  async #uses(
    places: readonly FileInSchema[],
    keys: ReadonlySet<string>,
    withDeclaration: boolean,
  ): Promise<CstNode[]> {
    const nodes: CstNode[] = [];
    for (const { parsed } of await this.#around(places, keys)) {
      for (const { node, declarations, isDeclared } of namesIn(parsed)) {
        if ((withDeclaration || !isDeclared) && declarations.some((each) => keys.has(keyOf(each))))
          nodes.push(node);
      }
    }
    return nodes;
  }

  /** All schemas with the files of some declarations: also those that the file asked in is no part of. */
  async #around(places: readonly FileInSchema[], keys: ReadonlySet<string>): Promise<FileInSchema[]> {
    const all = new Map(places.map((place) => [place.parsed, place]));
    const files = new Set([...keys].map((key) => key.slice(key.indexOf(':') + 1)));
    for (const name of files) {
      for (const place of await this.#schemas.everywhere(pathOfName(name))) all.set(place.parsed, place);
    }
    return [...all.values()];
  }

  /** Each place once, file by file. */
  #locations(nodes: readonly CstNode[]): Location[] {
    const locations = new Map<string, Location>();
    for (const node of nodes) {
      const uri = this.#sources.uriOf(pathOfName(nameOfFile(node) ?? ''));
      locations.set(`${node.offset}:${uri}`, { uri, range: node.range });
    }
    return [...locations.values()].sort(
      (a, b) =>
        (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0) ||
        a.range.start.line - b.range.start.line ||
        a.range.start.character - b.range.start.character,
    );
  }
}

function declarationsAt(places: readonly FileInSchema[], offset: number): Declaration[] {
  const found = new Map<string, Declaration>();
  for (const { file, parsed } of places) {
    for (const declaration of nameAt(file, parsed, offset)?.declarations ?? [])
      found.set(keyOf(declaration), declaration);
  }
  return [...found.values()];
}

function assertFree(declaration: Declaration, newName: string): void {
  const file = fileNameOf(declaration);
  const names = namesBeside(declaration);
  if (newName === declaration.name || names?.has(newName) !== true) return;
  const owner = ownerOf(declaration);
  const where = owner === undefined ? `the schema of \`${file}\`` : `type \`${owner}\``;
  throw new RenameError(`${where} has a \`${newName}\` already; choose another name`);
}

function namesBeside(declaration: Declaration): ReadonlyMap<string, unknown> | undefined {
  if (isTypeDeclaration(declaration)) return typesByName(declaration.$container);
  if (isCondition(declaration)) return conditionsByName(declaration.$container);
  const type = typeOf(declaration);
  return type === undefined ? undefined : membersByName(type);
}
