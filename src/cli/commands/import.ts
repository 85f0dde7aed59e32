/** `pemba import` */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { startProgress } from '../bulk/progress.ts';
import { type Sending, type Sent, sendTuples } from '../bulk/send-tuples.ts';
import { type Survey, survey } from '../bulk/survey.ts';
import { tupleChunks } from '../bulk/tuple-chunks.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { countOf } from '../count-of.ts';
import { examples } from '../examples.ts';
import { quotedForShell } from '../exploring/write-command.ts';
import { parseJsonObject } from '../parse-option.ts';
import { nameOf, STDIN } from '../read-input.ts';

interface ImportOptions extends ConnectionOptions {
  store?: string;
  create?: boolean;
  resume?: string;
  dryRun?: boolean;
  actor?: string;
  metadata?: Record<string, unknown>;
  json?: boolean;
}

export function addImportCommand(program: Command, context: Context): void {
  const command = program
    .command('import')
    .summary('write the tuples of a file')
    .description(
      'Writes the tuples of a file, up to 1,000 at a time, each time all of them or none. Those of one object go together\nif they stand together, for the rules of a schema hold after every write. The file is read through first: a line\nthat is no tuple stops it before anything is written. Tuples that are there already do not matter.',
    )
    .argument(
      '<file>',
      'tuples as object#relation@subject, one a line; # starts a comment line; packed by gzip if its name ends in .gz; - for standard input',
    )
    .option('--create', 'fail at a tuple that is there already')
    .option('--dry-run', 'only read the file, and count its tuples')
    .option(
      '--resume <name>',
      'the name of this import: what it wrote by this name within 24 hours is not written again, even if lines behind that were corrected (default: a new name)',
    )
    .option('--actor <object>', 'on whose behalf, as type:id; recorded with the changes')
    .option('--metadata <json>', 'what else to record with the changes', parseJsonObject)
    .option('--json', 'print tuples, writes and zookie as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['Is every line a tuple?', 'pemba import schema/lamin.tuples --dry-run'],
      ['All of them:', 'pemba import schema/lamin.tuples'],
      [
        'In a job that may be started again:',
        'pemba import people.tuples.gz --create --resume nightly-2030-01-01',
      ],
    ]),
  );
  command.action((file: string, options: ImportOptions) => importFile(context, file, options));
}

async function importFile(context: Context, file: string, options: ImportOptions): Promise<void> {
  const isOnce = options.create !== true;
  // Standard input can be read but once.
  const found =
    file === STDIN && options.dryRun !== true ? undefined : await survey(context.io, file, isOnce);
  if (options.dryRun === true) {
    const tuples = found?.tuples ?? 0;
    if (options.json === true) answerJson(context, { tuples, writes: 0, zookie: '' });
    else answer(context, `${nameOf(file)}: ${tuples} tuples; nothing was written`);
    return;
  }
  const sent = await send(context, file, found, options);
  if (options.json === true) answerJson(context, sent);
  else
    answer(
      context,
      `${nameOf(file)}: sent ${countOf(sent.tuples, 'tuple')}${sent.writes === 0 ? '' : `, zookie ${sent.zookie}`}`,
    );
}

async function send(
  context: Context,
  file: string,
  found: Survey | undefined,
  options: ImportOptions,
): Promise<Sent> {
  const { store, actor, metadata } = options;
  const run = options.resume ?? randomBytes(6).toString('hex');
  const operation = options.create === true ? 'create' : 'touch';
  const progress = await startProgress(context.io, 'importing', found?.bytes);
  let bytes = 0;
  const sending: Sending = {
    name: nameOf(file),
    operation,
    request: {
      ...(store === undefined ? {} : { store }),
      ...(actor === undefined ? {} : { actor }),
      ...(metadata === undefined ? {} : { metadata }),
    },
    run,
    advice: `to go on, run it again with --resume ${quotedForShell(run)}; lines that are not in yet may be corrected first`,
    signal: context.io.interruption(),
    onSent: ({ tuples }) => progress.update(bytes, tuples),
  };
  const onBytes = (piece: Uint8Array): void => {
    bytes += piece.length;
  };
  const chunks = tupleChunks(context.io, file, { isOnce: operation === 'touch', onBytes });
  try {
    return await withClient(context, options, (client) => sendTuples(client, chunks, sending));
  } finally {
    progress.stop();
  }
}
