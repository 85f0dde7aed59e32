/** The process's log: JSON by pino for machines, short lines for a terminal. Always on stderr. */
import { pino } from 'pino';
import type { Log, LogFields } from '../base/log.ts';
import type { LogFormat, LogLevel } from './serve-config.ts';

export interface LogOptions {
  level: LogLevel;
  format: LogFormat;
}

export function makeLog({ level, format }: LogOptions): Log {
  return format === 'json' ? jsonLog(level) : textLog(level);
}

function jsonLog(level: LogLevel): Log {
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    // Synchronous, so that the last words of a process that ends are not lost.
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

const LEVEL_ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

function textLog(least: LogLevel): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (LEVEL_ORDER.indexOf(level) < LEVEL_ORDER.indexOf(least)) return;
    const time = new Date().toISOString().slice(11, 19);
    process.stderr.write(`${time} ${level.padEnd(5)} ${message}${fieldsAsText(level, fields)}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function fieldsAsText(level: LogLevel, fields: LogFields = {}): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        ` ${name}=${value instanceof Error ? errorAsText(level, value) : JSON.stringify(value)}`,
    )
    .join('');
}

/** What went wrong and why, down to the first cause; where, only if it is a defect. */
function errorAsText(level: LogLevel, error: Error): string {
  const own = level === 'error' ? (error.stack ?? error.message) : error.message;
  return error.cause instanceof Error ? `${own} <- ${errorAsText(level, error.cause)}` : own;
}
