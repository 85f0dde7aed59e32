/** The streams that are open: looked at again and again, for what was right when they began may not be so any more. */

/** How late a stream learns that it must end, if it has nothing to send. */
const INSPECTION_MS = 500;

/** One stream. */
export interface OpenStream {
  /** Ends it with the error; once is enough. */
  end(error: unknown): void;
  /** @throws PembaError why it must end */
  inspect(): void;
}

export class OpenStreams {
  private readonly streams = new Set<OpenStream>();
  /** Runs while there are any. */
  private timer: NodeJS.Timeout | undefined;
  private closedBy: unknown;

  /** @throws whatever {@link close} was called with */
  add(stream: OpenStream): void {
    if (this.closedBy !== undefined) throw this.closedBy;
    this.streams.add(stream);
    this.timer ??= setInterval(() => this.inspectAll(), INSPECTION_MS).unref();
  }

  remove(stream: OpenStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Ends all with the error, and whatever would be added. */
  close(error: Error): void {
    this.closedBy = error;
    for (const stream of [...this.streams]) stream.end(error);
  }

  private inspectAll(): void {
    for (const stream of [...this.streams]) {
      try {
        stream.inspect();
      } catch (error) {
        stream.end(error);
      }
    }
  }
}
