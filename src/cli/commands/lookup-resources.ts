/** `pemba lookup resources` */
import type { Command } from 'commander';
import { withClient } from '../connection-options.ts';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { addPagedOptions, type PagedOptions, pagedOf, printFound } from '../exploring/print-found.ts';
import { parseResourceQuestion } from '../parse-reference.ts';

export function addLookupResourcesCommand(lookup: Command, context: Context): void {
  const command = lookup
    .command('resources')
    .summary('find the objects on which a subject has something')
    .description(
      'Finds the objects of a type on which a subject has a relation or permission.\nPrints their ids in order, one a line; `conditional` stands after an id where it depends on parameters.',
    )
    .argument('<question>', 'what to find, as type#relation@subject', parseResourceQuestion);
  addPagedOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['The spaces that ada may write in:', 'pemba lookup resources space#write@user:ada'],
      ['A hundred at a time:', 'pemba lookup resources record#read@user:ada --limit 100'],
      [
        'What a whole team may read:',
        "pemba lookup resources 'space#read@team:ml#member' --fully-consistent",
      ],
    ]),
  );
  type Question = ReturnType<typeof parseResourceQuestion>;
  command.action((question: Question, options: PagedOptions) =>
    withClient(context, options, (client) =>
      printFound(context, client.lookupResources({ ...question, ...pagedOf(options) }), options),
    ),
  );
}
