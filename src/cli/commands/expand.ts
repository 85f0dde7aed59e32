/** `pemba expand` */
import type { Command } from 'commander';
import { painter } from '../colors.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { addFormOptions, type PictureOptions, printPicture } from '../drawing/print-picture.ts';
import { strokesFor } from '../drawing/strokes.ts';
import { treeLines } from '../drawing/tree.ts';
import { examples } from '../examples.ts';
import { expandPicture } from '../exploring/expand-picture.ts';
import { expandTree } from '../exploring/expand-tree.ts';
import { parseCount } from '../parse-option.ts';
import { parseSet } from '../parse-reference.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';

interface ExpandOptions extends QuestionOptions, PictureOptions {
  depth?: number;
}

export function addExpandCommand(program: Command, context: Context): void {
  const command = program
    .command('expand')
    .summary('show who is in a set, and by which sets')
    .description(
      'Shows the tree of the sets that a relation or permission is made of, down to the stored subjects.',
    )
    .argument('<set>', 'what to take apart, as object#relation', parseSet)
    .option('--depth <sets>', 'how many sets deep (default: the whole tree)', parseCount);
  addFormOptions(command, 'print nodes and zookie as JSON; children are places in the list of nodes');
  addQuestionOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Who writes in the space "curation", and why?', 'pemba expand space:curation#write'],
      ['Only what stands in its own expression:', 'pemba expand space:curation#write --depth 1'],
      ['A picture for a browser:', 'pemba expand space:curation#write --svg > write.svg'],
    ]),
  );
  command.action((set: ReturnType<typeof parseSet>, options: ExpandOptions) => expand(context, set, options));
}

async function expand(
  context: Context,
  set: ReturnType<typeof parseSet>,
  options: ExpandOptions,
): Promise<void> {
  const { depth } = options;
  const response = await withClient(context, options, (client) =>
    client.expand({ ...set, ...(depth === undefined ? {} : { depth }), ...questionOf(options) }),
  );
  if (options.json === true) answerJson(context, response);
  else if (!(await printPicture(context, options, () => expandPicture(response.nodes)))) {
    const { stdout, env } = context.io;
    const tree = expandTree(response.nodes, painter(stdout, env));
    for (const line of treeLines(tree, strokesFor(env))) answer(context, line);
  }
}
