/** `pemba schema graph` */
import type { Command } from 'commander';
import { visible } from '../../base/visible.ts';
import type { TextTree } from '../author-part.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { addFormOptions, type PictureOptions, printPicture } from '../drawing/print-picture.ts';
import { strokesFor } from '../drawing/strokes.ts';
import { treeLines } from '../drawing/tree.ts';
import { examples } from '../examples.ts';
import { printDiagnostics, summarize } from '../print-diagnostics.ts';
import { SchemaFiles } from '../schema-files.ts';

export function addSchemaGraphCommand(schema: Command, context: Context): void {
  const command = schema
    .command('graph')
    .summary('draw what is in a schema')
    .description(
      'Shows the types of a schema file and what it imports: relations with what may be stored in them,\nand permissions with what they are made of.',
    )
    .argument('<file>', 'the schema file, or - for standard input');
  addFormOptions(command, 'print nodes and edges as JSON');
  command.addHelpText(
    'after',
    examples([
      ['As a tree of text:', 'pemba schema graph schema/lamin.pemba'],
      ['A picture for a browser:', 'pemba schema graph schema/lamin.pemba --svg > lamin.svg'],
      ['By Graphviz:', 'pemba schema graph schema/lamin.pemba --dot | dot -Tpng > lamin.png'],
    ]),
  );
  command.action((file: string, options: PictureOptions) => drawFile(context, file, options));
}

async function drawFile(context: Context, file: string, options: PictureOptions): Promise<void> {
  const { io, parts } = context;
  const source = await SchemaFiles.read(io, file);
  const { path, text } = source;
  const { drawing, diagnostics } = await parts.author.draw({ path, text }, source.readImport);
  if (drawing === undefined) {
    context.exitCode = 1;
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    printDiagnostics(io.stderr, io.env, (name) => source.textOf(name), errors);
    note(context, `${path}: ${summarize(errors)}; nothing was drawn`);
    return;
  }
  if (options.json === true) answerJson(context, drawing.picture);
  else if (!(await printPicture(context, options, () => drawing.picture))) printTree(context, drawing.tree);
}

function printTree(context: Context, tree: TextTree): void {
  for (const line of treeLines(tree, strokesFor(context.io.env))) answer(context, visible(line));
}
