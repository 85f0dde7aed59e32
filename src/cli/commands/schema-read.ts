/** `pemba schema read` */
import type { Command } from 'commander';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { parseCount } from '../parse-option.ts';

interface SchemaReadOptions extends ConnectionOptions {
  store?: string;
  version?: number;
  json?: boolean;
}

export function addSchemaReadCommand(schema: Command, context: Context): void {
  const command = schema
    .command('read')
    .summary('print the schema in force')
    .description('Prints the schema of a store, as it was written.')
    .option('--version <version>', 'that version, not the one in force', parseCount)
    .option('--json', 'print text, version, actor and declarations as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['Into a file:', 'pemba schema read > lamin.pemba'],
      ['What was in force before?', 'pemba schema read --version 2'],
    ]),
  );
  command.action((options: SchemaReadOptions) => readSchema(context, options));
}

async function readSchema(context: Context, options: SchemaReadOptions): Promise<void> {
  const { store, version } = options;
  const response = await withClient(context, options, (client) =>
    client.readSchema({
      ...(store === undefined ? {} : { store }),
      ...(version === undefined ? {} : { version }),
    }),
  );
  if (options.json === true) answerJson(context, response);
  else context.io.stdout.write(response.text.endsWith('\n') ? response.text : `${response.text}\n`);
}
