/** What `pemba serve` runs with: every setting read, checked and defaulted by `loadServeConfig`. */
import type { ModelName } from '../base/example-models.ts';
import type { Limits } from '../base/limits.ts';

export interface HostAndPort {
  /** A name or an address; IPv6 without brackets. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
}

/** Paths of PEM files. */
export interface TlsFiles {
  cert: string;
  key: string;
  /** Given: only clients with a certificate of this authority may connect (mTLS). */
  clientCa?: string;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface ServeConfig {
  /** Connection URL of Postgres; undefined: the embedded one in {@link ServeConfig.dataDirectory}. */
  database: string | undefined;
  /** Where the embedded Postgres keeps its data. */
  dataDirectory: string;
  listen: HostAndPort;
  /** Written to the store `default` when that has no schema yet. */
  schemaFile?: string;
  /** Tuples in text form, one a line, loaded once, right after {@link ServeConfig.schemaFile}. */
  tuplesFile?: string;
  /** The model of the package that the two files are of. */
  example?: ModelName;
  /** The model that the store has to hold: one that holds another content is an error. */
  model?: ModelName;
  /** No authentication. Only ever true on a loopback address. */
  open: boolean;
  /** A token that counts as an admin credential of the `system` store. */
  bootstrapToken?: string;
  /** New credentials must expire within so many days. */
  credentialMaxDays?: number;
  tls?: TlsFiles;
  /** Where Prometheus may ask. */
  metricsListen?: HostAndPort;
  /** The bound on how old the state may be that an answer is given on. */
  maxStalenessMs: number;
  /** How far back exact snapshots, watches and page tokens reach. */
  historyDays: number;
  /** How long the audit trail tells who did what. */
  auditDays: number;
  /** Connections to Postgres of this process. */
  poolSize: number;
  /** The deadline of a call that brings none. */
  defaultDeadlineMs: number;
  /** How long calls in flight may go on after SIGTERM. */
  drainMs: number;
  logLevel: LogLevel;
  logFormat: LogFormat;
  limits: Limits;
}
