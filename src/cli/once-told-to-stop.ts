/** The part of a process that signals come to. */
interface Signalled {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/** SIGHUP comes when the terminal is closed; without a listener it would leave the embedded Postgres behind. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;
/** What shells report for a process that SIGINT ended. */
const INTERRUPTED = 130;

/**
 * Resolves with the first signal to stop. A second one ends the process at once: whoever sends it
 * does not want to wait for calls in flight.
 */
export function onceToldToStop(target: Signalled): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let count = 0;
    for (const signal of SIGNALS) {
      target.on(signal, () => {
        count++;
        if (count > 1) target.exit(INTERRUPTED);
        resolve(signal);
      });
    }
  });
}
