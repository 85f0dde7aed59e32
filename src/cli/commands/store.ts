/** `pemba store` */
import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { printTable } from '../print-table.ts';
import { addRecordOptions, type RecordOptions, recordedOf } from '../record-options.ts';

interface StoreOptions extends ConnectionOptions {
  json?: boolean;
}

interface ChangeStoreOptions extends StoreOptions, RecordOptions {}

export function addStoreCommands(program: Command, context: Context): void {
  const store = program.command('store').description('make, list and delete stores');
  addCreate(store, context);
  addList(store, context);
  addDelete(store, context);
}

function addCreate(store: Command, context: Context): void {
  const command = store
    .command('create')
    .summary('make an empty store')
    .description('Makes an empty store, and prints its id.')
    .argument('<name>', 'lower case letters, digits, - and _, beginning with a letter')
    .option('--json', 'print the store as JSON');
  addConnectionOptions(addRecordOptions(command));
  command.addHelpText('after', examples([['A store for tests:', 'pemba store create staging']]));
  command.action(async (name: string, options: ChangeStoreOptions) => {
    const request = { name, ...recordedOf(options) };
    const created = await withClient(context, options, (client) => client.createStore(request));
    if (options.json === true) answerJson(context, created);
    else answer(context, created.id);
  });
}

function addList(store: Command, context: Context): void {
  const command = store
    .command('list')
    .summary('list all stores')
    .description('Lists all stores, in the order of their names.')
    .option('--json', 'print a list as JSON');
  addConnectionOptions(command);
  command.addHelpText('after', examples([['All of them:', 'pemba store list']]));
  command.action(async (options: StoreOptions) => {
    const stores = await withClient(context, options, (client) => client.listStores());
    if (options.json === true) answerJson(context, stores);
    else await printTable(context, ['ID', 'NAME', 'CREATED'], stores.map(row));
  });
}

function row({ id, name, createdAt }: { id: string; name: string; createdAt: Date | undefined }): string[] {
  return [id, name, createdAt?.toISOString() ?? ''];
}

function addDelete(store: Command, context: Context): void {
  const command = store
    .command('delete')
    .summary('delete a store and all it holds')
    .description('Deletes a store and all it holds. There is no way back.')
    .argument('<id>', 'its id; a name is not enough, for names may be given anew');
  addConnectionOptions(addRecordOptions(command));
  command.addHelpText(
    'after',
    examples([['By the id that `pemba store list` shows:', 'pemba store delete 7']]),
  );
  command.action((id: string, options: ChangeStoreOptions) =>
    withClient(context, options, (client) => client.deleteStore({ id, ...recordedOf(options) })),
  );
}
