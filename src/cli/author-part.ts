/** What `bin.ts` composes the schema author's tools with. */
import type { Picture } from '../picture/picture.ts';
import type { SchemaDiagnostic } from './schema-diagnostic.ts';
import type { TestReport } from './testing/test-report.ts';

export type ReadImport = (path: string) => Promise<string | undefined>;

export interface SourceText {
  path: string;
  text: string;
}

/** A line of a tree with what is below it. */
export interface TextTree {
  text: string;
  children: readonly TextTree[];
}

export interface AuthorPart {
  /** @returns no text if the file does not follow the grammar, and why */
  format(file: SourceText): Promise<{ text: string | undefined; diagnostics: SchemaDiagnostic[] }>;
  /** @returns nothing to draw if the schema has errors */
  draw(
    file: SourceText,
    read?: ReadImport,
  ): Promise<{ drawing: { picture: Picture; tree: TextTree } | undefined; diagnostics: SchemaDiagnostic[] }>;
  /** Talks to an editor on standard input and output until it ends the process. */
  serveLanguage(): Promise<void>;
  /** Runs a test file. @param read finds the schema and what it imports by their paths from the file's folder */
  test(file: SourceText, read: ReadImport): Promise<TestReport>;
}
