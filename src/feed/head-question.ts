/**
 * Asks something of the database for many callers at once, but never answers a caller with a
 * question that was sent before it came: that answer may be older than what the caller wants to
 * see.
 */
export class HeadQuestion {
  private readonly ask: () => Promise<void>;
  private inFlight: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;

  constructor(ask: () => Promise<void>) {
    this.ask = ask;
  }

  /** Resolves once a question sent after this call is answered and applied. */
  join(): Promise<void> {
    this.waiting ??= this.sendNext();
    return this.waiting;
  }

  private async sendNext(): Promise<void> {
    await this.inFlight?.catch(() => {
      // Whoever asked that one hears of it; this question is another.
    });
    // From here on new callers must wait for the question after this one.
    this.inFlight = this.waiting;
    this.waiting = undefined;
    await this.ask();
  }
}
