/**
 * Every setting of `pemba serve`, in one table: its type, flag, environment variable, default and
 * help all follow from its row.
 */
import { MODEL_NAMES } from '../base/example-models.ts';
import { LIMITS, type LimitName } from '../base/limits.ts';
import { hostAndPort, longText, nameOf, oneOf, postgresUrl, text, wholeNumber, yesOrNo } from './readers.ts';
import { LOG_FORMATS, LOG_LEVELS } from './serve-config.ts';
import type { Setting, SettingTable } from './setting.ts';

const HOUR_MS = 3_600_000;
const MAX_DAYS = 36_500;
/** A node asks for the head four times within the bound; below this one slow answer would stop it. */
const MIN_STALENESS_MS = 100;
/** Postgres itself seldom allows more connections. */
const MAX_POOL_SIZE = 10_000;
/** 32 characters of base64 are 192 bits. */
const MIN_TOKEN_LENGTH = 32;

const STORAGE = 'Storage:';
const START = 'What to start with:';
const ACCESS = 'Listening and access:';
const BEHAVIOUR = 'Freshness and time:';
const OBSERVING = 'Logs and metrics:';
const LIMIT_GROUP = 'Limits (reaching one is an error that names it):';

const OWN_SETTINGS = {
  database: {
    reads: postgresUrl(),
    value: 'url',
    otherwise: 'an embedded Postgres',
    group: STORAGE,
    help: 'Postgres to keep everything in; a password belongs into the environment, not into a flag',
    alsoEnv: ['DATABASE_URL'],
    secret: true,
  },
  data: {
    reads: text('a directory'),
    value: 'directory',
    otherwise: './data, or ./data-NAME for a model other than lamin',
    group: STORAGE,
    help: 'where the embedded Postgres keeps its data',
  },
  historyDays: {
    reads: wholeNumber(1, MAX_DAYS),
    value: 'days',
    default: '7',
    group: STORAGE,
    help: 'how far back exact snapshots, watches and page tokens reach',
  },
  auditDays: {
    reads: wholeNumber(1, MAX_DAYS),
    value: 'days',
    default: '365',
    group: STORAGE,
    help: 'how long the audit trail tells who did what',
  },
  poolSize: {
    reads: wholeNumber(2, MAX_POOL_SIZE),
    value: 'connections',
    default: '16',
    group: STORAGE,
    help: 'connections to Postgres, at most',
  },

  schema: {
    reads: text('a file'),
    value: 'file',
    group: START,
    help: 'schema for the store `default`, written if it has none yet',
  },
  tuples: {
    reads: text('a file'),
    value: 'file',
    group: START,
    help: 'tuples, one a line, loaded once, right after that schema; needs --schema',
  },
  example: {
    reads: yesOrNo(),
    default: 'false',
    group: START,
    help: 'the schema and the tuples of the example organization: those of the model lamin, unless --model names another',
  },
  model: {
    reads: nameOf('a model', MODEL_NAMES),
    value: 'name',
    group: START,
    help: `the schema and an example of tuples of a model of the package: ${MODEL_NAMES.join(', ')}; refuses to start on a store that holds something else`,
  },

  listen: {
    reads: hostAndPort(),
    value: 'host:port',
    default: '127.0.0.1:50051',
    group: ACCESS,
    help: 'where gRPC clients connect; port 0 takes a free one',
  },
  open: {
    reads: yesOrNo(),
    default: 'false',
    group: ACCESS,
    help: 'ask nobody for a credential; on a loopback address only',
  },
  bootstrapToken: {
    reads: longText(MIN_TOKEN_LENGTH),
    envOnly: true,
    secret: true,
    group: ACCESS,
    help: `a first token with all rights in all stores, to make credentials with; at least ${MIN_TOKEN_LENGTH} characters`,
  },
  credentialMaxDays: {
    reads: wholeNumber(1, MAX_DAYS),
    value: 'days',
    otherwise: 'they need not expire',
    group: ACCESS,
    help: 'new credentials must expire within so many days',
  },
  tlsCert: {
    reads: text('a file'),
    value: 'file',
    group: ACCESS,
    help: 'certificate chain, PEM; needs --tls-key',
  },
  tlsKey: { reads: text('a file'), value: 'file', group: ACCESS, help: 'its private key, PEM' },
  tlsClientCa: {
    reads: text('a file'),
    value: 'file',
    group: ACCESS,
    help: 'admit only clients with a certificate of this authority, PEM (mTLS)',
  },
  insecureTransport: {
    reads: yesOrNo(),
    default: 'false',
    group: ACCESS,
    help: 'allow listening beyond loopback without TLS, where something in front of it encrypts',
  },

  maxStalenessMs: {
    reads: wholeNumber(MIN_STALENESS_MS, HOUR_MS),
    value: 'ms',
    default: '2000',
    group: BEHAVIOUR,
    help: 'no answer is given on a state older than this; a revocation holds everywhere after it',
  },
  defaultDeadlineMs: {
    reads: wholeNumber(1, HOUR_MS),
    value: 'ms',
    default: '10000',
    group: BEHAVIOUR,
    help: 'deadline of a call that brings none',
  },
  drainMs: {
    reads: wholeNumber(0, HOUR_MS),
    value: 'ms',
    default: '10000',
    group: BEHAVIOUR,
    help: 'how long calls in flight may go on after SIGTERM',
  },

  metricsListen: {
    reads: hostAndPort(),
    value: 'host:port',
    otherwise: 'no metrics',
    group: OBSERVING,
    help: 'where Prometheus may ask for metrics; nobody is asked for a credential there',
  },
  logLevel: {
    reads: oneOf(LOG_LEVELS),
    value: 'level',
    default: 'info',
    group: OBSERVING,
    help: `how much to log: ${LOG_LEVELS.join(', ')}`,
  },
  logFormat: {
    reads: oneOf(LOG_FORMATS),
    value: 'format',
    otherwise: 'text on a terminal, else json',
    group: OBSERVING,
    help: `how to log: ${LOG_FORMATS.join(', ')}`,
  },
} as const satisfies SettingTable;

/** The name of a limit's setting: `batchChecks` is set by `limitBatchChecks`. */
type LimitSettingName<Name extends LimitName> = `limit${Capitalize<Name>}`;
type LimitSettings = { [Name in LimitName as LimitSettingName<Name>]: Setting<number> & { default: string } };

export function limitSettingOf<Name extends LimitName>(name: Name): LimitSettingName<Name> {
  return `limit${name.charAt(0).toUpperCase()}${name.slice(1)}` as LimitSettingName<Name>;
}

function limitSettings(): LimitSettings {
  const rows = (Object.keys(LIMITS) as LimitName[]).map((name) => {
    const { default: value, max, unit, doc } = LIMITS[name];
    const setting = {
      reads: wholeNumber(1, max),
      value: unit,
      default: String(value),
      group: LIMIT_GROUP,
      help: `${doc}; at most ${max}`,
    };
    return [limitSettingOf(name), setting];
  });
  return Object.fromEntries(rows) as LimitSettings;
}

export const SERVE_SETTINGS = { ...OWN_SETTINGS, ...limitSettings() };
