import { type LangiumCoreServices, type LangiumDocument, URI } from 'langium';
import type { SchemaFile } from './language/generated/ast.ts';
import { discardPembaServices, pembaServices } from './language/pemba-services.ts';
import { damageOf } from './parse/damage.ts';
import { isWithinNesting, isWithinSize } from './parse/limits.ts';
import { reportSyntaxErrors } from './parse/syntax-errors.ts';
import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';

// The document is never registered with Langium, so nothing of it stays behind and its URI means nothing.
const DOCUMENT_URI = URI.parse('pemba:/schema.pemba');

/** Reads the text into a tree. Undefined if the text exceeds a limit and was not read at all. */
export function parse(file: SourceFile, report: Report): ParsedSchema | undefined {
  if (!isWithinSize(file.text, report)) return undefined;
  const services = pembaServices();
  const { tokens } = services.parser.Lexer.tokenize(file.text);
  if (!isWithinNesting(tokens, report)) return undefined;
  const document = documentOf(file.text, services);
  reportSyntaxErrors(document.parseResult, file.text, tokens, report);
  return {
    path: file.path,
    document,
    tree: document.parseResult.value,
    damage: damageOf(document.parseResult, tokens),
  };
}

function documentOf(text: string, services: LangiumCoreServices): LangiumDocument<SchemaFile> {
  try {
    return services.shared.workspace.LangiumDocumentFactory.fromString<SchemaFile>(text, DOCUMENT_URI);
  } catch (error) {
    discardPembaServices();
    throw error;
  }
}
