/** `pemba delete` */
import type { Command } from 'commander';
import { addChangeOptions, type ChangeOptions, changeOf } from '../change-options.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { countOf } from '../count-of.ts';
import { examples } from '../examples.ts';
import { parseFilter } from '../parse-filter.ts';
import { parseCount } from '../parse-option.ts';

/** What a revision holds at most. */
const MOST_AT_ONCE = 1_000;

interface DeleteOptions extends ChangeOptions {
  limit?: number;
  json?: boolean;
}

export function addDeleteCommand(program: Command, context: Context): void {
  const command = program
    .command('delete')
    .summary('remove the tuples that a filter selects')
    .description(
      'Removes the tuples that a filter selects, in as many revisions as it takes, each of at most 1,000.\nPrints the zookie of the last one.',
    )
    .argument(
      '<filter>',
      'parts they must have, as object#relation@subject; each part may be left out, and each id',
    )
    .option('--limit <count>', 'at most so many (default: all)', parseCount)
    .option('--json', 'print the count and the zookie as JSON');
  addChangeOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Everything that is stored about ada:', 'pemba delete @user:ada'],
      ['All readers of one space:', 'pemba delete space:ml#reader'],
      ['On behalf of somebody who may:', 'pemba delete space:ml#reader --actor user:grace'],
    ]),
  );
  command.action((filter: string, options: DeleteOptions) => remove(context, filter, options));
}

async function remove(context: Context, filterText: string, options: DeleteOptions): Promise<void> {
  const filter = parseFilter(filterText);
  const { limit = Number.POSITIVE_INFINITY } = options;
  const found = await withClient(context, options, async (client) => {
    let deleted = 0;
    for (;;) {
      const request = { filter, limit: Math.min(limit - deleted, MOST_AT_ONCE), ...changeOf(options) };
      const response = await client.deleteTuples(request).catch((error: unknown) => {
        if (deleted > 0) note(context, `${countOf(deleted, 'tuple')} removed before this:`);
        throw error;
      });
      deleted += response.deleted;
      if (response.done || deleted >= limit) return { deleted, zookie: response.zookie, done: response.done };
    }
  });
  if (options.json === true) {
    answerJson(context, found);
    return;
  }
  answer(context, found.zookie);
  note(context, `${countOf(found.deleted, 'tuple')} removed${found.done ? '' : '; there are more'}`);
}
