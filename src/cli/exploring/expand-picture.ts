/** An expanded set as a picture. */
import type { ExpandNode } from '../../client/explore-requests.ts';
import type { Picture, PictureEdge, PictureNode } from '../../picture/picture.ts';
import { isName, isStored, OPERATORS } from './expand-tree.ts';

/** Subjects that one node of the picture names. */
const MAX_NAMED = 20;

/** @param nodes each before its children. A set that stands elsewhere becomes an arrow to there. */
export function expandPicture(nodes: readonly ExpandNode[]): Picture {
  const picture = { nodes: [] as PictureNode[], edges: [] as PictureEdge[] };
  nodes.forEach((node, i) => {
    if (shownAt(nodes, i) !== i) return;
    picture.nodes.push(pictured(node, i));
    if (node.subjects.length > 0) {
      picture.nodes.push({ id: `${i}s`, label: namesOf(node.subjects), kind: 'subject' });
      picture.edges.push({ from: String(i), to: `${i}s` });
    }
    node.children.forEach((child, place) => {
      const operator = place === 0 ? undefined : OPERATORS[node.operation];
      picture.edges.push({
        from: String(i),
        to: String(shownAt(nodes, child)),
        ...(operator === undefined ? {} : { label: operator }),
        ...(operator === 'except' ? { dashed: true } : {}),
      });
    });
  });
  return picture;
}

function pictured(node: ExpandNode, i: number): PictureNode {
  const expression = node.expression === '' ? node.operation : node.expression;
  if (node.set === '') return { id: String(i), label: expression, kind: 'operator' };
  const more =
    node.omission === 'depth' ? '\n(deeper than --depth)' : isStored(node) ? '' : `\n= ${expression}`;
  return { id: String(i), label: `${node.set}${more}`, kind: 'set' };
}

/** A set that stands elsewhere is shown there, and a name as the set it stands for. */
function shownAt(nodes: readonly ExpandNode[], place: number): number {
  const node = nodes[place];
  if (node?.omission === 'seen' && node.sameAs !== undefined) return node.sameAs;
  const [only] = node?.children ?? [];
  return node !== undefined && isName(node) && only !== undefined ? shownAt(nodes, only) : place;
}

function namesOf(subjects: readonly string[]): string {
  const named = subjects.slice(0, MAX_NAMED);
  const more = subjects.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
