/** As much of XML as a picture needs. */
import { expect } from 'vitest';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML does not allow
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const TOKEN = /<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z:-]+="[^"<&]*")*)\s*(\/?)>|([^<]+)/gy;

/** Tags that close each other, attributes in quotes, and no character that XML does not know. */
export function assertWellFormed(xml: string): void {
  expect(xml).not.toMatch(FORBIDDEN);
  const open: string[] = [];
  let end = 0;
  for (const [token, closing, name, , empty, text] of xml.matchAll(TOKEN)) {
    end += token.length;
    if (text !== undefined) expect(text.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[&>]/);
    else if (closing === '/') expect(open.pop()).toBe(name);
    else if (empty === '') open.push(name);
  }
  expect(xml.slice(end), 'all of it was read').toBe('');
  expect(open).toEqual([]);
}
