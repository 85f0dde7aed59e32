/** `pemba lookup subjects` */
import type { Command } from 'commander';
import { withClient } from '../connection-options.ts';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { addPagedOptions, type PagedOptions, pagedOf, printFound } from '../exploring/print-found.ts';
import { parseSubjectQuestion } from '../parse-reference.ts';

export function addLookupSubjectsCommand(lookup: Command, context: Context): void {
  const command = lookup
    .command('subjects')
    .summary('find the subjects that have something on an object')
    .description(
      'Finds the subjects of a type that have a relation or permission on an object.\nPrints their ids in order, one a line. `*` is everybody of the type, but for those with `denied` after\ntheir id; `conditional` stands after an id where it depends on parameters.',
    )
    .argument(
      '<question>',
      'what to find, as object#relation@type, or object#relation@type#relation for subject sets',
      parseSubjectQuestion,
    );
  addPagedOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Who may read the space "ml"?', 'pemba lookup subjects space:ml#read@user'],
      ['Which teams, as a whole?', "pemba lookup subjects 'space:ml#read@team#member'"],
    ]),
  );
  type Question = ReturnType<typeof parseSubjectQuestion>;
  command.action((question: Question, options: PagedOptions) =>
    withClient(context, options, (client) =>
      printFound(context, client.lookupSubjects({ ...question, ...pagedOf(options) }), options),
    ),
  );
}
