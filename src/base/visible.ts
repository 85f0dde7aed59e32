/** Text of others for a terminal: on one line, and without power over what is around it. */

// Control characters (those that turn the direction of text among them) and the other ends of lines.
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Writes control characters as `\n` or `\u001b`. */
export function visible(text: string): string {
  return text.replace(
    UNSEEN,
    (found) => SHORT[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
