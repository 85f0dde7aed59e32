import { type LangiumCoreServices, type LangiumDocument, URI } from 'langium';
import { lineOfMark } from '../model/schema-bundle.ts';
import { nameFile } from './language/files.ts';
import type { SchemaFile } from './language/generated/ast.ts';
import { discardPembaServices, pembaServices } from './language/pemba-services.ts';
import { damageOf } from './parse/damage.ts';
import { reportForeignComments } from './parse/foreign-comments.ts';
import { isWithinNesting, isWithinOperands, isWithinSize } from './parse/limits.ts';
import { reportSyntaxErrors } from './parse/syntax-errors.ts';
import { refuseNul } from './parse/unreadable-text.ts';
import type { ParsedFile } from './parsed-schema.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';

// The document is never registered with Langium, so nothing of it stays behind and its URI means nothing.
const DOCUMENT_URI = URI.parse('pemba:/schema.pemba');

/** Reads the text of one file into a tree. Undefined if it exceeds a limit and was not read at all. */
export function parse(file: SourceFile, report: Report): ParsedFile | undefined {
  if (!isWithinSize(file.text, report)) return undefined;
  const services = pembaServices();
  const unsure = refuseNul(file.text, report);
  const text = file.text.replaceAll('\0', ' ');
  const { tokens, hidden } = services.parser.Lexer.tokenize(text);
  if (!isWithinNesting(tokens, report) || !isWithinOperands(tokens, report)) return undefined;
  const document = documentOf(text, services);
  const tree = document.parseResult.value;
  nameFile(tree, file.path);
  refuseMark(text, report);
  for (const line of reportForeignComments(tokens, hidden, report)) unsure.add(line);
  reportSyntaxErrors(document.parseResult, { text, tokens, unsure }, report);
  return {
    ...file,
    document,
    tree,
    damage: damageOf(document.parseResult, tokens, unsure),
  };
}

function refuseMark(text: string, report: Report): void {
  const line = lineOfMark(text);
  if (line === undefined) return;
  const range = { start: { line, character: 0 }, end: { line, character: 4 } };
  const message =
    '`//# pemba-file:` separates the files of a schema that is sent as one text; write another comment';
  report.error(range, 'syntax', message);
}

function documentOf(text: string, services: LangiumCoreServices): LangiumDocument<SchemaFile> {
  try {
    return services.shared.workspace.LangiumDocumentFactory.fromString<SchemaFile>(text, DOCUMENT_URI);
  } catch (error) {
    discardPembaServices();
    throw error;
  }
}
