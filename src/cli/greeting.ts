/** What `pemba serve` says on a terminal once it is ready. */
import { EXAMPLE_MODELS, type ModelName } from '../base/example-models.ts';

export interface Started {
  host: string;
  port: number;
  /** Nobody is asked for a credential. */
  open: boolean;
  /** The model of the package that the store was filled with, now or earlier. */
  example?: ModelName | undefined;
  /** Defined: it speaks TLS. */
  tls?: object;
  /** The store was filled at this start. */
  isFirstStart: boolean;
  /** Where the embedded Postgres keeps its data; undefined if there is none. */
  dataLocation: string | undefined;
}

/** Where client commands look unless told otherwise. */
const USUAL_ADDRESS = '127.0.0.1:50051';

export function greeting(started: Started): string {
  const { host, port, open, tls, dataLocation } = started;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [
    `Pemba listens at ${address}${tls === undefined ? '' : ', with TLS'}`,
    ...(dataLocation === undefined ? [] : [`  its data is in ${dataLocation}`]),
    ...(open ? ['  it asks nobody for a credential (--open): for trying out, on this machine only'] : []),
    ...whatItHolds(started),
    ...(open ? whatToTypeNext(address, started) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function whatItHolds({ example, isFirstStart }: Started): string[] {
  if (isFirstStart)
    return [
      `  the store \`default\` was empty and has been filled${example === undefined ? '' : ` with the model \`${example}\``}`,
    ];
  return example === undefined ? [] : [`  the store \`default\` holds the model \`${example}\``];
}

function whatToTypeNext(address: string, { example, isFirstStart }: Started): string[] {
  const environment = address === USUAL_ADDRESS ? '' : `PEMBA_ADDRESS=${address} `;
  const model = example === undefined ? undefined : EXAMPLE_MODELS[example];
  const lookAround = [
    ...(model === undefined ? [] : [`npx pemba read ${model.object}`]),
    'npx pemba schema read',
    'npx pemba --help',
  ];
  const typed = (commands: readonly string[]): string[] =>
    commands.map((command) => `  ${environment}${command}`);
  if (model === undefined) return ['', 'In a second terminal, try:', ...typed(lookAround), ''];
  // Later on others may have written something else.
  const what = isFirstStart ? 'is allowed, and what is denied' : 'was allowed at first, and what was denied';
  return [
    '',
    `In a second terminal, ask what ${what}:`,
    ...typed([`npx pemba check '${model.allowed}'`, `npx pemba check '${model.denied}'`]),
    'and look around:',
    ...typed(lookAround),
    '',
  ];
}
