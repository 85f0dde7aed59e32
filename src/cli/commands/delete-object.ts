/** `pemba delete-object` */
import type { Command } from 'commander';
import { addChangeOptions, type ChangeOptions, changeOf } from '../change-options.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { countOf } from '../count-of.ts';
import { examples } from '../examples.ts';

interface DeleteObjectOptions extends ChangeOptions {
  json?: boolean;
}

export function addDeleteObjectCommand(program: Command, context: Context): void {
  const command = program
    .command('delete-object')
    .summary('remove an object: every tuple on it and every one that names it')
    .description(
      'Removes every tuple on an object and every one that names it as its subject, in one revision; at most 1,000.\nPrints the zookie of the revision.',
    )
    .argument('<object>', 'as type:id')
    .option('--json', 'print the count and the zookie as JSON');
  addChangeOptions(command);
  command.addHelpText('after', examples([['A team that is no more:', 'pemba delete-object team:ml']]));
  command.action(async (object: string, options: DeleteObjectOptions) => {
    const request = { object, ...changeOf(options) };
    const response = await withClient(context, options, (client) => client.deleteObject(request));
    if (options.json === true) {
      answerJson(context, response);
      return;
    }
    answer(context, response.zookie);
    note(context, `${countOf(response.deleted, 'tuple')} removed`);
  });
}
