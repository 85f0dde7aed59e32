/** What differs from run to run in an output: a page shows what was seen once, and stays true. */

/**
 * Pseudonyms of who was erased, zookies, page tokens and secrets (40 characters or more without a blank, which a page may cut at `…`), ids of
 * credentials and stores, times to the millisecond or finer, and the port of this machine's service.
 */
const VARYING =
  /erased-[a-z2-7]{20}|[\w-]{40,}…?|(?<![\w-])[a-z2-7]{16}(?![\w-])|-?\d{17,19}(?!\d)|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z|127\.0\.0\.1:\d+/g;
/** Those that two things may well have in common by accident. */
const TIME = /^\d{4}-/;

/** From the values that a page shows to those of this run, so that a later command can name one. */
export class Varying {
  private readonly actual = new Map<string, string>();
  private readonly shown = new Map<string, string>();

  /** A text of the page, with the values of this run. */
  toRun(text: string): string {
    return text.replace(VARYING, (value) => this.actual.get(value) ?? value);
  }

  /**
   * What a run printed, with the values that the page shows in the places where they vary. It equals `shown` if and
   * only if all else is the same, and what is the same on the page was the same in the run, and only that.
   */
  toPage(printed: string, shown: string): string {
    const values = shown.match(VARYING) ?? [];
    let place = 0;
    return printed.replace(VARYING, (value) => {
      const expected = values[place++];
      return expected === undefined || !this.bind(expected, value) ? value : expected;
    });
  }

  /** @returns false if one of them stands for something else */
  private bind(shown: string, actual: string): boolean {
    if (TIME.test(shown)) return TIME.test(actual);
    if ((this.actual.get(shown) ?? actual) !== actual || (this.shown.get(actual) ?? shown) !== shown)
      return false;
    this.actual.set(shown, actual);
    this.shown.set(actual, shown);
    return true;
  }
}
