/** The author's text on one line, without comments. No string of the language stands where this is used. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\/\/.*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
