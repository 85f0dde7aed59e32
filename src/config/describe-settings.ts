/** The table of settings as the help of a command shows it. */
import { envOf, flagOf, type SettingTable } from './setting.ts';

/** One line of help. */
export interface DescribedFlag {
  /** `--listen <host:port>`, or `--open` for a switch. */
  flags: string;
  description: string;
  group: string;
}

export interface DescribedVariable {
  name: string;
  description: string;
}

export interface DescribedSettings {
  flags: DescribedFlag[];
  /** Those that no flag sets. */
  variables: DescribedVariable[];
}

export function describeSettings(table: SettingTable): DescribedSettings {
  const described: DescribedSettings = { flags: [], variables: [] };
  for (const [name, setting] of Object.entries(table)) {
    if (setting.envOnly === true) {
      described.variables.push({ name: envOf(name), description: setting.help });
      continue;
    }
    const value = setting.value === undefined ? '' : ` <${setting.value}>`;
    const fallback = setting.otherwise ?? (setting.value === undefined ? undefined : setting.default);
    const notes = [
      ...(fallback === undefined ? [] : [`default: ${fallback}`]),
      `env: ${[envOf(name), ...(setting.alsoEnv ?? [])].join(', ')}`,
    ];
    described.flags.push({
      flags: `${flagOf(name)}${value}`,
      description: `${setting.help} (${notes.join('; ')})`,
      group: setting.group,
    });
  }
  return described;
}
