/** What `pemba serve` says on a terminal once it is ready. */

export interface Started {
  host: string;
  port: number;
  /** Nobody is asked for a credential. */
  open: boolean;
  /** The store was filled with the example of the package. */
  example: boolean;
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
  const { host, port, open, example, tls, isFirstStart, dataLocation } = started;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [
    `Pemba listens at ${address}${tls === undefined ? '' : ', with TLS'}`,
    ...(dataLocation === undefined ? [] : [`  its data is in ${dataLocation}`]),
    ...(open ? ['  it asks nobody for a credential (--open): for trying out, on this machine only'] : []),
    ...(isFirstStart ? ['  the store `default` was empty and has been filled'] : []),
    ...(open ? whatToTypeNext(address, example) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function whatToTypeNext(address: string, example: boolean): string[] {
  const commands = [
    ...(example ? ["npx pemba check 'space:curation#write@user:ada'", 'npx pemba read space:curation'] : []),
    'npx pemba schema read',
    'npx pemba --help',
  ];
  const environment = address === USUAL_ADDRESS ? '' : `PEMBA_ADDRESS=${address} `;
  return ['', 'In a second terminal, try:', ...commands.map((command) => `  ${environment}${command}`), ''];
}
