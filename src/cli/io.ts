/** What the command line touches of the world, so that tests can hand in their own. */

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  /** Where {@link write} may answer false: calls back once there is room again. */
  once?(event: 'drain', listener: () => void): unknown;
}

export interface Io {
  /** What follows the program's name. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdin: AsyncIterable<string | Uint8Array> & { isTTY?: boolean | undefined };
  stdout: Output;
  stderr: Output;
  /**
   * From now on, being told to stop (Ctrl-C) aborts the signal instead of ending the process; being told
   * twice still ends it. Each command that can tidy up asks once.
   */
  interruption(): AbortSignal;
}
