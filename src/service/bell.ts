/** Wakes one that waits. A ring while nobody waits is kept, so none is missed; several are as good as one. */
export class Bell {
  private hasRung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.hasRung = true;
    this.wake?.();
  }

  /** Resolves once it has rung since the last wait, or after so many milliseconds. */
  async wait(ms: number): Promise<void> {
    if (!this.hasRung && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    this.hasRung = false;
  }
}
