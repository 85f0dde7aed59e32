/**
 * What `bin.ts` composes the command line with. Each part is loaded when a command needs it: a check
 * should not wait for the import of a compiler or a database.
 */

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

/** What the compiler has to say about a schema file. Lines and columns count from 1. */
export interface SchemaDiagnostic {
  severity: 'error' | 'warning';
  code: string;
  file: string;
  line: number;
  column: number;
  endLine: number;
  /** Exclusive. */
  endColumn: number;
  message: string;
}

export type CheckSchema = (file: { path: string; text: string }) => Promise<SchemaDiagnostic[]>;

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
}
