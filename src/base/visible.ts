/** Text of others for a terminal: on one line, without power over what is around it, and without what is not seen. */

// Control and format characters (those that turn the direction of text among them), the other ends of lines, and blanks
// that are no white space: with them an id would look like another.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Writes what is not seen as `\n` or `\u001b`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) => SHORT[found] ?? escaped(found));
}

/** The value as JSON on one line, whose texts show what is not seen in the way of JSON: it is read as it was. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
