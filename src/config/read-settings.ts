/** Reads the values of a table of settings out of flags and environment. */
import { envOf, flagOf, type Setting, type SettingTable, type ValuesOf } from './setting.ts';

/** Flags by the setting's name: text, or true for a switch. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadSettings<Table extends SettingTable> {
  /** Only those are there that could be read. */
  values: ValuesOf<Table>;
  /** What is wrong, one sentence each. */
  problems: string[];
}

interface Given {
  text: string;
  /** The flag or variable it comes from. */
  source: string;
}

/** A flag goes before the environment, that before the default. */
export function readSettings<Table extends SettingTable>(
  table: Table,
  flags: Flags,
  env: Environment,
): ReadSettings<Table> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries(table)) {
    const given = givenFor(name, setting, flags, env);
    if (given === undefined) continue;
    const result = setting.reads.safeParse(given.text);
    if (result.success) values[name] = result.data;
    else problems.push(problem(given, setting, result.error.issues[0]?.message));
  }
  return { values: values as ValuesOf<Table>, problems };
}

function givenFor(name: string, setting: Setting, flags: Flags, env: Environment): Given | undefined {
  const flag = flags[name];
  if (flag !== undefined && setting.envOnly !== true) return { text: String(flag), source: flagOf(name) };
  for (const source of [envOf(name), ...(setting.alsoEnv ?? [])]) {
    const text = env[source];
    // An empty variable is how files for containers leave one out.
    if (text !== undefined && text !== '') return { text, source };
  }
  return setting.default === undefined ? undefined : { text: setting.default, source: flagOf(name) };
}

function problem({ text, source }: Given, { secret }: Setting, expected = 'cannot be read'): string {
  return secret === true ? `${source}: ${expected}` : `${source} \`${text}\`: ${expected}`;
}
