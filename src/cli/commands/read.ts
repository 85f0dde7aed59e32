/** `pemba read` */
import type { Command } from 'commander';
import type { ReadRequest, StoredTuple } from '../../client/requests.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { addConsistencyOptions, type ConsistencyOptions, consistencyOf } from '../consistency-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseFilter } from '../parse-filter.ts';
import { parseCount } from '../parse-option.ts';
import { formatTupleText } from '../tuple-text.ts';

interface ReadOptions extends ConnectionOptions, ConsistencyOptions {
  store?: string;
  limit?: number;
  json?: boolean;
}

/** What one call after the other has brought. */
interface Found {
  tuples: StoredTuple[];
  zookie: string;
  /** False if the limit left some out. */
  isAll: boolean;
}

export function addReadCommand(program: Command, context: Context): void {
  const command = program
    .command('read')
    .summary('list stored tuples')
    .description('Lists stored tuples, one a line, all of them at one revision.')
    .argument(
      '[filter]',
      'parts they must have, as object#relation@subject; each part may be left out, and each id',
    )
    .option('--limit <count>', 'at most so many (default: all)', parseCount)
    .option('--json', 'print tuples and zookie as JSON');
  addConsistencyOptions(command);
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['Everything about one space:', 'pemba read space:curation'],
      ['Who writes in it?', 'pemba read space:curation#writer'],
      ['What is stored about ada?', 'pemba read @user:ada'],
      ['The spaces that ada writes in herself:', 'pemba read space#writer@user:ada'],
    ]),
  );
  command.action((filter: string | undefined, options: ReadOptions) => read(context, filter, options));
}

async function read(context: Context, filter: string | undefined, options: ReadOptions): Promise<void> {
  const request: ReadRequest = {
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(filter === undefined ? {} : { filter: parseFilter(filter) }),
  };
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const found = await withClient(context, options, async (client) => {
    const tuples: StoredTuple[] = [];
    let page = await client.read({ ...request, ...consistencyOf(options) });
    tuples.push(...page.tuples);
    while (page.nextPageToken !== '' && tuples.length < limit) {
      page = await client.read({ ...request, pageToken: page.nextPageToken });
      tuples.push(...page.tuples);
    }
    const isAll = page.nextPageToken === '' && tuples.length <= limit;
    return { tuples: tuples.slice(0, limit), zookie: page.zookie, isAll };
  });
  print(context, found, options.json === true);
}

function print(context: Context, { tuples, zookie, isAll }: Found, asJson: boolean): void {
  if (asJson) {
    answerJson(context, { tuples, zookie, isAll });
    return;
  }
  for (const tuple of tuples) answer(context, formatTupleText(tuple));
  if (!isAll) note(context, `stopped at --limit ${tuples.length}; there are more`);
}
