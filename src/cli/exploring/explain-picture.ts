/** An explanation as a picture: the derivation, or one for each miss. */
import type { ExplainReason, ExplainResponse } from '../../client/explore-requests.ts';
import type { NodeKind, Picture, PictureEdge, PictureNode } from '../../picture/picture.ts';
import { formatTupleText } from '../tuple-text.ts';
import { isTold, placeOf } from './explain-tree.ts';

export function explainPicture({ answer, reasons, misses }: ExplainResponse): Picture {
  const picture = { nodes: [] as PictureNode[], edges: [] as PictureEdge[] };
  if (reasons.length > 0) addDerivation(picture, 'r', reasons, new Set());
  misses.forEach((miss, i) => {
    addDerivation(picture, `m${i}`, miss.reasons, new Set(miss.remove.map(formatTupleText)));
  });
  if (picture.nodes.length === 0) picture.nodes.push({ id: 'answer', label: answer, kind: 'note' });
  return picture;
}

function addDerivation(
  picture: { nodes: PictureNode[]; edges: PictureEdge[] },
  prefix: string,
  reasons: readonly ExplainReason[],
  removed: ReadonlySet<string>,
): void {
  reasons.forEach((reason, i) => {
    const id = `${prefix}.${i}`;
    const place = placeOf(reason);
    picture.nodes.push({
      id,
      label: labelOf(reason),
      kind: reason.set === '' ? 'operator' : 'set',
      ...(place === '' ? {} : { title: place }),
    });
    if (reason.tuple !== undefined) {
      const tuple = formatTupleText(reason.tuple);
      const kind: NodeKind = removed.has(tuple) ? 'removed' : reason.isMissing ? 'added' : 'tuple';
      picture.nodes.push({ id: `${id}t`, label: `${SIGNS[kind] ?? ''}${tuple}`, kind });
      picture.edges.push({ from: id, to: `${id}t`, ...(kind === 'tuple' ? {} : { dashed: true }) });
    }
    for (const because of reason.because) picture.edges.push({ from: id, to: `${prefix}.${because}` });
  });
}

function labelOf(reason: ExplainReason): string {
  const { set, expression, isAbsent } = reason;
  const way = expression === '' || isTold(reason) ? '' : `\n= ${expression}`;
  return `${isAbsent ? 'not in ' : ''}${set === '' ? expression : `${set}${way}`}`;
}

const SIGNS: Partial<Record<NodeKind, string>> = { added: '+ ', removed: '- ' };
