/** Trees as lines of text. */
import type { Strokes } from './strokes.ts';

export interface Tree {
  /** One line, ready to be printed. */
  text: string;
  children: readonly Tree[];
}

/** Without recursion: data decides how deep a tree is. */
export function* treeLines(root: Tree, strokes: Strokes): Generator<string> {
  yield root.text;
  const open = [{ children: root.children, next: 0, indent: '' }];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const child = level.children[level.next++];
    if (child === undefined) {
      open.pop();
      continue;
    }
    const isLast = level.next === level.children.length;
    yield `${level.indent}${isLast ? strokes.last : strokes.branch}${child.text}`;
    const indent = level.indent + (isLast ? strokes.below : strokes.beside);
    open.push({ children: child.children, next: 0, indent });
  }
}
