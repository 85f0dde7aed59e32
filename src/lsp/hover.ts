import type { Hover } from 'vscode-languageserver/node.js';
import { nameAt } from './declarations.ts';
import { docOf, ownerOf, signatureOf } from './describe.ts';
import type { FileInSchema } from './schemas.ts';

/** What a name means: how it is declared and what is written above that. */
export function hoverAt({ file, parsed }: FileInSchema, offset: number): Hover | undefined {
  const found = nameAt(file, parsed, offset);
  if (found === undefined || found.declarations.length === 0) return undefined;
  const parts = found.declarations.map((declaration) => {
    const owner = ownerOf(declaration);
    const heading = owner === undefined ? '' : `type ${owner}\n  `;
    const doc = docOf(declaration);
    const code = `\`\`\`pemba\n${heading}${signatureOf(declaration)}\n\`\`\``;
    return doc === undefined ? code : `${code}\n\n${doc.replaceAll('\n', '  \n')}`;
  });
  return { contents: { kind: 'markdown', value: parts.join('\n\n---\n\n') }, range: found.node.range };
}
