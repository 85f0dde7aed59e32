/** Examples below the help of a command: what it is for, and how it is called. */
export function examples(rows: readonly (readonly [what: string, call: string])[]): string {
  return `\nExamples:\n${rows.map(([what, call]) => `  # ${what}\n  ${call.replace(/\n/g, '\n  ')}\n`).join('\n')}`;
}
