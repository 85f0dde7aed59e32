/** What may be written at a place. */
import { AstUtils, isMultiReference, type ReferenceInfo } from 'langium';
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver/node.js';
import { isCondition, isPermission, isTypeDeclaration } from '../schema/language/generated/ast.ts';
import { pembaServices } from '../schema/language/pemba-services.ts';
import { RESERVED_WORDS, type Token } from '../schema/language/token.ts';
import { wordsBehind } from './completion-words.ts';
import { type Declaration, isDeclaration } from './declarations.ts';
import { docOf, ownerOf, signatureOf } from './describe.ts';
import type { FileInSchema, Schemas } from './schemas.ts';

/** Stands where the name is that is asked for, so that the place can be found in the tree. */
const HERE = 'pemba_completes_here';
/** What makes a sentence of it where a name alone is none. */
const SENTENCE: Record<string, string> = { every: `${HERE}.${HERE}`, require: `${HERE} excludes ${HERE}` };
const WORD_END = /`?[A-Za-z0-9_/-]*$/;
const WORD_START = /^[A-Za-z0-9_/-]*`?/;

/** @param offset in UTF-16 units */
export async function completionsAt(
  schemas: Schemas,
  path: string,
  text: string,
  offset: number,
): Promise<CompletionItem[]> {
  const start = offset - (WORD_END.exec(text.slice(0, offset))?.[0].length ?? 0);
  const end = offset + (WORD_START.exec(text.slice(offset))?.[0].length ?? 0);
  const front = text.slice(0, start);
  if (/\/\/[^\r\n]*$/.test(front) || isInCondition(text, start)) return [];
  const before: Token[] = pembaServices().parser.Lexer.tokenize(front).tokens;
  const sentence = SENTENCE[before.at(-1)?.image ?? ''] ?? HERE;
  const place = await schemas.tryOut(path, `${front}${sentence}${text.slice(end)}`);
  const names = place === undefined ? [] : namesAt(place, start);
  const words = wordsBehind(before, /(?:^|[\r\n])[ \t]*$/.test(front));
  return [
    ...names.map((declaration) => itemOf(declaration)),
    ...words.map(
      (label): CompletionItem => ({ label, kind: CompletionItemKind.Keyword, sortText: `1${label}` }),
    ),
  ];
}

/** True between the braces of a condition, whose language is another. */
function isInCondition(text: string, offset: number): boolean {
  const { tokens } = pembaServices().parser.Lexer.tokenize(text);
  return tokens.some(
    ({ tokenType, startOffset, image }) =>
      tokenType.name === 'CEL_BODY' && startOffset < offset && offset < startOffset + image.length,
  );
}

/** All that the name at an offset could mean. */
function namesAt({ file }: FileInSchema, offset: number): Declaration[] {
  for (const node of AstUtils.streamAst(file.tree)) {
    for (const info of AstUtils.streamReferences(node)) {
      if (info.reference.$refNode?.offset === offset && info.reference.$refText === HERE)
        return scopeOf(info);
    }
  }
  return [];
}

function scopeOf({ reference, container, property }: ReferenceInfo): Declaration[] {
  const empty = isMultiReference(reference) ? { $refText: '', items: [] } : { $refText: '', ref: undefined };
  const scope = pembaServices().references.ScopeProvider.getScope({ container, property, reference: empty });
  const found = scope.getAllElements().map(({ node }) => node);
  return [...found.filter((node) => node !== undefined).filter(isDeclaration)].filter(
    ({ name }) => name !== HERE,
  );
}

function itemOf(declaration: Declaration): CompletionItem {
  const { name } = declaration;
  const owner = ownerOf(declaration);
  const doc = docOf(declaration);
  return {
    label: name,
    kind: kindOf(declaration),
    detail: `${owner === undefined ? '' : `${owner}: `}${signatureOf(declaration)}`,
    sortText: `0${name}`,
    ...(doc === undefined ? {} : { documentation: { kind: 'markdown', value: doc } }),
    ...(RESERVED_WORDS.has(name) ? { insertText: `\`${name}\`` } : {}),
  };
}

function kindOf(declaration: Declaration): CompletionItemKind {
  if (isTypeDeclaration(declaration)) return CompletionItemKind.Class;
  if (isCondition(declaration)) return CompletionItemKind.Function;
  return isPermission(declaration) ? CompletionItemKind.Property : CompletionItemKind.Field;
}
