/** The files that make one schema together. They are joined once, before names are resolved. */
import { type AstNode, AstUtils, type CstNode, type RootCstNode } from 'langium';
import { isSchemaFile, type SchemaFile } from './generated/ast.ts';

const filesOfSchema = new WeakMap<SchemaFile, readonly SchemaFile[]>();
const paths = new WeakMap<RootCstNode, string>();

/** Remembers how a file is called in messages. */
export function nameFile(file: SchemaFile, path: string): void {
  if (file.$cstNode !== undefined) paths.set(file.$cstNode.root, path);
}

/** Makes the files one schema. @param files the root first */
export function joinFiles(files: readonly SchemaFile[]): void {
  for (const file of files) filesOfSchema.set(file, files);
}

/** All files of the schema that a file belongs to, the root first. */
export function filesWith(file: SchemaFile): readonly SchemaFile[] {
  return filesOfSchema.get(file) ?? [file];
}

/** The file that a node stands in. */
export function fileAround(node: AstNode): SchemaFile | undefined {
  return AstUtils.getContainerOfType(node, isSchemaFile);
}

/** The path of the file that a piece of text stands in, if it was named. */
export function pathOf(node: CstNode): string | undefined {
  return paths.get(node.root);
}

/** Every node of every file, parents before children. */
export function* allNodes(file: SchemaFile): Generator<AstNode> {
  for (const one of filesWith(file)) yield* AstUtils.streamAst(one);
}
