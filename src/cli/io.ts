/** What the command line touches of the world, so that tests can hand in their own. */

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface Io {
  /** What follows the program's name. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdin: AsyncIterable<string | Uint8Array>;
  stdout: Output;
  stderr: Output;
}
