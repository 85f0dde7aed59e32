/** From flags and environment to the configuration of `pemba serve`. */
import { fileURLToPath } from 'node:url';
import { PembaError } from '../base/errors.ts';
import type { ModelName } from '../base/example-models.ts';
import { LIMITS, type LimitName, type Limits } from '../base/limits.ts';
import { isLoopback } from './loopback.ts';
import { type Environment, type Flags, readSettings } from './read-settings.ts';
import type { LogFormat, ServeConfig, TlsFiles } from './serve-config.ts';
import { limitSettingOf, SERVE_SETTINGS } from './serve-settings.ts';
import type { ValuesOf } from './setting.ts';

type Values = ValuesOf<typeof SERVE_SETTINGS>;

/** The model of `--example`, whose data is where data is without one. */
const USUAL_MODEL: ModelName = 'lamin';
const USUAL_DATA = './data';

/**
 * Reads every setting. Flags go before the environment, and an empty variable counts as none.
 * @param flags by the setting's name in camel case, such as `maxStalenessMs`
 * @param isTerminal whether the log, which goes to standard error, goes to a terminal
 * @throws PembaError CONFIG_INVALID naming all that is wrong
 */
export function loadServeConfig(
  flags: Flags,
  env: Environment,
  isTerminal: boolean = process.stderr.isTTY === true,
): ServeConfig {
  const { values, problems } = readSettings(SERVE_SETTINGS, flags, env);
  problems.push(...contradictions(values));
  if (problems.length > 0) throw invalid(problems);
  return assemble(values, isTerminal);
}

/** How to log, even where the other settings are wrong: so that this can be said in the right form. */
export function logFormatOf(
  flags: Flags,
  env: Environment,
  isTerminal: boolean = process.stderr.isTTY === true,
): LogFormat {
  const { logFormat } = SERVE_SETTINGS;
  const { values } = readSettings({ logFormat }, flags, env);
  return values.logFormat ?? (isTerminal ? 'text' : 'json');
}

/** What the settings cannot be together. A setting that could not be read is absent and contradicts nothing. */
function contradictions(values: Partial<Values>): string[] {
  return [...fileContradictions(values), ...listenContradictions(values)];
}

function fileContradictions({
  schema,
  tuples,
  example,
  model,
  tlsCert,
  tlsKey,
  tlsClientCa,
}: Partial<Values>): string[] {
  const problems: string[] = [];
  if (model !== undefined && (schema !== undefined || tuples !== undefined)) {
    problems.push('--model brings its own --schema and --tuples; leave out the one or the others');
  } else if (example === true && (schema !== undefined || tuples !== undefined)) {
    problems.push('--example brings its own --schema and --tuples; leave out the one or the others');
  } else if (tuples !== undefined && schema === undefined) {
    problems.push('--tuples is loaded right after a schema; add --schema');
  }
  if (tlsCert !== undefined && tlsKey === undefined) problems.push('--tls-cert needs its key; add --tls-key');
  if (tlsKey !== undefined && tlsCert === undefined)
    problems.push('--tls-key needs its certificate; add --tls-cert');
  if (tlsClientCa !== undefined && tlsCert === undefined) {
    problems.push('--tls-client-ca needs TLS; add --tls-cert and --tls-key');
  }
  return problems;
}

function listenContradictions({ listen, open, tlsCert, insecureTransport }: Partial<Values>): string[] {
  if (listen === undefined || isLoopback(listen.host)) return [];
  const problems: string[] = [];
  const beyond = `--listen \`${listen.host}\` can be reached from other machines`;
  if (open === true) {
    problems.push(
      `${beyond} and --open asks nobody for a credential; listen on 127.0.0.1, or leave out --open`,
    );
  }
  if (tlsCert === undefined && insecureTransport !== true) {
    problems.push(
      `${beyond} and nothing is encrypted; add --tls-cert and --tls-key, or --insecure-transport if something in front of it encrypts`,
    );
  }
  return problems;
}

function invalid(problems: readonly string[]): PembaError {
  const message =
    problems.length === 1
      ? `the configuration is wrong: ${problems[0]}`
      : `the configuration is wrong in ${problems.length} places:${problems.map((each) => `\n  ${each}`).join('')}`;
  return new PembaError('CONFIG_INVALID', message);
}

function assemble(values: Values, isTerminal: boolean): ServeConfig {
  const example = values.model ?? (values.example ? USUAL_MODEL : undefined);
  return {
    database: values.database,
    dataDirectory: values.data ?? dataOf(example),
    listen: values.listen,
    ...definedOnly({
      schemaFile: example === undefined ? values.schema : inPackage(`schema/${example}.pemba`),
      tuplesFile: example === undefined ? values.tuples : inPackage(`schema/${example}.tuples`),
      example,
      model: values.model,
      bootstrapToken: values.bootstrapToken,
      credentialMaxDays: values.credentialMaxDays,
      tls: tlsFiles(values),
      metricsListen: values.metricsListen,
    }),
    open: values.open,
    maxStalenessMs: values.maxStalenessMs,
    historyDays: values.historyDays,
    auditDays: values.auditDays,
    poolSize: values.poolSize,
    defaultDeadlineMs: values.defaultDeadlineMs,
    drainMs: values.drainMs,
    logLevel: values.logLevel,
    logFormat: values.logFormat ?? (isTerminal ? 'text' : 'json'),
    limits: limitsOf(values),
  };
}

/** The same from src/config and from dist/config. */
function inPackage(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Each model has data of its own, so that one can be tried after the other. */
function dataOf(model: ModelName | undefined): string {
  return model === undefined || model === USUAL_MODEL ? USUAL_DATA : `${USUAL_DATA}-${model}`;
}

function tlsFiles({ tlsCert, tlsKey, tlsClientCa }: Values): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: tlsCert, key: tlsKey, ...definedOnly({ clientCa: tlsClientCa }) };
}

function limitsOf(values: Values): Limits {
  const names = Object.keys(LIMITS) as LimitName[];
  return Object.fromEntries(names.map((name) => [name, values[limitSettingOf(name)]])) as Limits;
}

/** Leaves out what is undefined, which `exactOptionalPropertyTypes` keeps apart from absent. */
function definedOnly<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
