/** `pemba watch` */
import type { Command } from 'commander';
import { visible, visibleJson } from '../../base/visible.ts';
import type { WatchEvent } from '../../client/explore-requests.ts';
import type { TupleFilterParts } from '../../client/requests.ts';
import { type Painter, painter } from '../colors.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseFilter } from '../parse-filter.ts';
import { parseDuration, repeatable } from '../parse-option.ts';
import { formatTupleText } from '../tuple-text.ts';
import { written } from '../written.ts';

interface WatchOptions extends ConnectionOptions {
  store?: string;
  from?: string;
  filter?: TupleFilterParts[];
  heartbeat?: number;
  json?: boolean;
}

export function addWatchCommand(program: Command, context: Context): void {
  const command = program
    .command('watch')
    .summary('follow what changes')
    .description(
      'Follows the changes of a store until it is stopped, one a line: + for a tuple that was added, - for one that\nwas removed, then when, and on whose behalf. Ctrl-C prints the zookie to go on from, and exits with 0.',
    )
    .option('--from <zookie>', 'begin with what came after this zookie (default: with the next change)')
    .option(
      '--filter <filter>',
      'only tuples with these parts, as for `pemba read`; repeatable',
      repeatable(parseFilter),
    )
    .option(
      '--heartbeat <duration>',
      'how often to print a checkpoint with --json (default: 10s)',
      parseDuration,
    )
    .option(
      '--json',
      'print one JSON object a line for each revision: zookie, changes, time, actor, metadata, schemaVersion; checkpoints have no changes',
    );
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['Whatever happens from now on:', 'pemba watch'],
      ['Who gets in or out of two spaces:', 'pemba watch --filter space:curation --filter space:ml'],
      ['For a program, without a gap:', 'pemba watch --json --from "$(cat zookie)"'],
    ]),
  );
  command.action((options: WatchOptions) => watch(context, options));
}

async function watch(context: Context, options: WatchOptions): Promise<void> {
  const { store, from, filter, heartbeat } = options;
  const signal = context.io.interruption();
  const paint = painter(context.io.stdout, context.io.env);
  const request = {
    ...(store === undefined ? {} : { store }),
    ...(from === undefined ? {} : { after: from }),
    ...(filter === undefined ? {} : { filters: filter }),
    ...(heartbeat === undefined ? {} : { heartbeatMs: heartbeat }),
  };
  let zookie = from ?? '';
  try {
    await withClient(context, options, async (client) => {
      for await (const event of client.watch(request, { signal })) {
        const text = options.json === true ? `${visibleJson(event)}\n` : linesOf(event, paint);
        if (text !== '') await written(context.io.stdout, text);
        // Only now: what was not printed is to come again.
        zookie = event.zookie;
      }
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    // Where it could not even begin, the error says all: the zookie may be what is wrong.
    const hasBegun = signal.aborted || zookie !== (from ?? '');
    if (hasBegun && zookie !== '') note(context, `to go on from here: --from ${zookie}`);
  }
}

function linesOf(event: WatchEvent, paint: Painter): string {
  const { changes, time, actor, schemaVersion } = event;
  const about = [time?.toISOString() ?? '', ...(actor === '' ? [] : [`by ${visible(actor)}`])].join('  ');
  const lines = changes.map(({ operation, tuple }) => {
    const text = visible(formatTupleText(tuple));
    return operation === 'added' ? paint('green', `+ ${text}`) : paint('red', `- ${text}`);
  });
  if (schemaVersion !== 0) lines.unshift(paint('yellow', `schema version ${schemaVersion}`));
  return lines.map((line) => `${line}  ${about}\n`).join('');
}
