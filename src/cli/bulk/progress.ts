/** A line on a terminal that says how far something is. */
import { hasColors } from '../colors.ts';
import type { Io } from '../io.ts';

export interface Progress {
  /** @param done of the total; what it counts is the caller's affair */
  update(done: number, tuples: number): void;
  /** Takes the line away. */
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/**
 * On standard error, if that is a terminal; elsewhere nothing is shown.
 * @param total undefined where nobody knows it: then only the tuples are counted
 */
export async function startProgress(
  { stderr, env }: Io,
  verb: string,
  total: number | undefined,
): Promise<Progress> {
  if (stderr.isTTY !== true || env.TERM === 'dumb') return NONE;
  const { default: cliProgress } = await import('cli-progress');
  const counted = total === undefined ? '' : ' {bar} {percentage}%';
  const bar = new cliProgress.SingleBar({
    format: `${verb}${counted} {tuples} tuples`,
    stream: stderr as unknown as NodeJS.WritableStream,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    barsize: 30,
    clearOnComplete: true,
    hideCursor: hasColors(stderr, env),
    // Signals are the command's own affair.
    gracefulExit: false,
  });
  bar.start(total ?? 0, 0, { tuples: '0' });
  return {
    update: (done, tuples) => bar.update(done, { tuples: tuples.toLocaleString('en') }),
    stop: () => bar.stop(),
  };
}
