/**
 * What `bin.ts` composes the command line with. Each part is loaded when a command needs it: a check
 * should not wait for the import of a compiler or a database.
 */
import type { AuthorPart } from './author-part.ts';
import type { SchemaDiagnostic } from './schema-diagnostic.ts';

/** One option of `serve`, as its help shows it. */
export interface FlagHelp {
  /** `--listen <host:port>`, or `--open` for a switch. */
  flags: string;
  description: string;
  /** The heading it stands under. */
  group: string;
}

export interface ServeHelp {
  flags: readonly FlagHelp[];
  /** Settings that only the environment has. */
  variables: readonly { name: string; description: string }[];
}

export interface ServePart {
  describe(): Promise<ServeHelp>;
  /**
   * @param flags those given, by their names in camel case
   * @returns the code to exit with; a failure that is in the log already is not thrown
   */
  run(flags: Readonly<Record<string, string | boolean>>): Promise<number>;
}

/** @param readImport finds an imported file by its path from the folder of the file, if it is there */
export type CheckSchema = (
  file: { path: string; text: string },
  readImport?: (path: string) => Promise<string | undefined>,
) => Promise<SchemaDiagnostic[]>;

/** What a schema declares; as `ReadSchema` tells it. */
export interface SchemaDeclaration {
  name: string;
  documentation: string;
  members: { name: string; documentation: string; isPermission: boolean; subjects: string[] }[];
}

/** Writes code from schemas. */
export interface GeneratePart {
  /** What a schema file declares; undefined if it has errors. */
  declare(file: { path: string; text: string }): Promise<{
    types: SchemaDeclaration[] | undefined;
    diagnostics: SchemaDiagnostic[];
  }>;
  /** @param options the name of the type, an identifier, and where the schema is from, for a comment */
  typescript(types: readonly SchemaDeclaration[], options: { name: string; origin: string }): Promise<string>;
}

export interface Parts {
  version: string;
  serve: ServePart;
  checkSchema: CheckSchema;
  generate: GeneratePart;
  author: AuthorPart;
}
