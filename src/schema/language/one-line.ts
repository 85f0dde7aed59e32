/**
 * The author's text of an expression or rule on one line, without comments and spaced as the formatter does, so
 * that what differs in nothing else is the same text. No string of the language stands where this is used.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\/\/.*/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?(\.+) ?/g, '$1')
    .replaceAll(/ ?([(,]) ?/g, (_, mark: string) => (mark === '(' ? ' (' : ', '))
    .replaceAll(/ ?\) ?/g, ') ')
    .replaceAll(/\( +/g, '(')
    .replaceAll(/ +\)/g, ')')
    .trim();
}
