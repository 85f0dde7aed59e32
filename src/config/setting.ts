/** One row of a table of settings, and the names that follow from its key. */
import type { z } from 'zod';

export interface Setting<T = unknown> {
  /** From text to value. Its messages say what is expected, such as `expected a whole number`. */
  readonly reads: z.ZodType<T, string>;
  /** What the help calls the value, such as `host:port`; absent: a switch that takes none. */
  readonly value?: string;
  /** As text, and read like text that was given. */
  readonly default?: string;
  /** Says in the help what happens without a value, where `default` cannot. */
  readonly otherwise?: string;
  /** The heading in the help. */
  readonly group: string;
  readonly help: string;
  /** Further environment variables to look into, after the setting's own. */
  readonly alsoEnv?: readonly string[];
  /** True: no flag, for flags are visible in the list of processes. */
  readonly envOnly?: true;
  /** True: the value is in no message. */
  readonly secret?: true;
}

/** Settings by their name in camel case. */
export type SettingTable = Readonly<Record<string, Setting>>;

/** The values of a table: undefined only where there is no default. */
export type ValuesOf<Table extends SettingTable> = {
  [Name in keyof Table]: Table[Name] extends { default: string }
    ? z.output<Table[Name]['reads']>
    : z.output<Table[Name]['reads']> | undefined;
};

/** `maxStalenessMs` to `--max-staleness-ms` */
export function flagOf(name: string): string {
  return `--${words(name).join('-')}`;
}

/** `maxStalenessMs` to `PEMBA_MAX_STALENESS_MS` */
export function envOf(name: string): string {
  return `PEMBA_${words(name).join('_').toUpperCase()}`;
}

function words(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
