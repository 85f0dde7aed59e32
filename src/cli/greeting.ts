/** What `pemba serve` says on a terminal once it is ready. */

export interface Started {
  host: string;
  port: number;
  /** Nobody is asked for a credential. */
  open: boolean;
  /** Defined: it speaks TLS. */
  tls?: object;
  /** The store was filled at this start. */
  isFirstStart: boolean;
  /** Where the embedded Postgres keeps its data; undefined if there is none. */
  dataLocation: string | undefined;
}

export function greeting({ host, port, open, tls, isFirstStart, dataLocation }: Started): string {
  const lines = [
    `Pemba listens at ${host.includes(':') ? `[${host}]` : host}:${port}${tls === undefined ? '' : ', with TLS'}`,
    ...(dataLocation === undefined ? [] : [`  its data is in ${dataLocation}`]),
    ...(open ? ['  it asks nobody for a credential (--open): for trying out, on this machine only'] : []),
    ...(isFirstStart ? ['  the store `default` was empty and has been filled'] : []),
    ...(open ? ['  look at what it knows: npx pemba schema read'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
