/** `pemba export` */
import type { Command } from 'commander';
import { visibleJson } from '../../base/visible.ts';
import type { PembaClient } from '../../client/client.ts';
import type { ReadRequest, StoredTuple, TupleFilterParts } from '../../client/requests.ts';
import { type Progress, startProgress } from '../bulk/progress.ts';
import { writeWholeFile } from '../bulk/write-whole-file.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { addConsistencyOptions, type ConsistencyOptions, consistencyOf } from '../consistency-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { countOf } from '../count-of.ts';
import { examples } from '../examples.ts';
import { parseFilter } from '../parse-filter.ts';
import { STDIN as STDOUT } from '../read-input.ts';
import { formatTupleText } from '../tuple-text.ts';
import { written } from '../written.ts';

/** Tuples in a page of Read, unless the service is configured for fewer. */
const PAGE_SIZE = 1_000;

interface ExportOptions extends ConnectionOptions, ConsistencyOptions {
  store?: string;
  filter?: TupleFilterParts;
  json?: boolean;
}

/** What has come so far. */
interface Exported {
  tuples: number;
  zookie: string;
}

export function addExportCommand(program: Command, context: Context): void {
  const command = program
    .command('export')
    .summary('write stored tuples into a file')
    .description(
      'Writes stored tuples into a file, one a line, all of them at one revision.\nThe file appears once it is whole. `pemba import` reads it.',
    )
    .argument('[file]', 'packed by gzip if its name ends in .gz; standard output if left out or -')
    .option('--filter <filter>', 'only tuples with these parts, as for `pemba read`', parseFilter)
    .option(
      '--json',
      'print file, tuples and zookie as JSON; without a file, the tuples as JSON, one a line',
    );
  addConsistencyOptions(command);
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['All of a store:', 'pemba export lamin.tuples.gz --fully-consistent'],
      ['One space, to look at:', 'pemba export --filter space:curation | sort'],
      ['From one store into another:', 'pemba export --store main | pemba import - --store staging'],
    ]),
  );
  command.action((file: string | undefined, options: ExportOptions) =>
    withClient(context, options, async (client) => {
      if (file === undefined || file === STDOUT) await exportToStdout(context, client, options);
      else await exportToFile(context, client, file, options);
    }),
  );
}

async function exportToStdout(context: Context, client: PembaClient, options: ExportOptions): Promise<void> {
  const format = options.json === true ? visibleJson : formatTupleText;
  const exported: Exported = { tuples: 0, zookie: '' };
  for await (const page of pages(client, options, exported))
    await written(context.io.stdout, linesOf(page, format));
  note(context, `${countOf(exported.tuples, 'tuple')} at zookie ${exported.zookie}`);
}

async function exportToFile(
  context: Context,
  client: PembaClient,
  file: string,
  options: ExportOptions,
): Promise<void> {
  const exported: Exported = { tuples: 0, zookie: '' };
  const progress = await startProgress(context.io, 'exporting', undefined);
  try {
    const text = textOf(pages(client, options, exported), exported, progress);
    await writeWholeFile(file, text, context.io.interruption());
  } finally {
    progress.stop();
  }
  if (options.json === true) answerJson(context, { file, ...exported });
  else answer(context, `${file}: ${countOf(exported.tuples, 'tuple')} at zookie ${exported.zookie}`);
}

async function* textOf(
  source: AsyncIterable<StoredTuple[]>,
  exported: Exported,
  progress: Progress,
): AsyncGenerator<string> {
  for await (const page of source) {
    yield linesOf(page, formatTupleText);
    progress.update(exported.tuples, exported.tuples);
  }
}

/** All pages are of the first one's revision. */
async function* pages(
  client: PembaClient,
  options: ExportOptions,
  exported: Exported,
): AsyncGenerator<StoredTuple[]> {
  const { store, filter } = options;
  const request: ReadRequest = {
    pageSize: PAGE_SIZE,
    ...(store === undefined ? {} : { store }),
    ...(filter === undefined ? {} : { filter }),
  };
  let page = await client.read({ ...request, ...consistencyOf(options) });
  for (;;) {
    exported.tuples += page.tuples.length;
    exported.zookie = page.zookie;
    if (page.tuples.length > 0) yield page.tuples;
    if (page.nextPageToken === '') return;
    page = await client.read({ ...request, pageToken: page.nextPageToken });
  }
}

function linesOf(tuples: readonly StoredTuple[], format: (tuple: StoredTuple) => string): string {
  return tuples.map((tuple) => `${format(tuple)}\n`).join('');
}
