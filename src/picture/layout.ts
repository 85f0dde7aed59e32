/** Places for the nodes and arrows of a picture: in layers, from the top down. */
import { Graph, layout } from '@dagrejs/dagre';
import { PembaError } from '../base/errors.ts';
import { visible } from '../base/visible.ts';
import type { Picture, PictureEdge, PictureNode } from './picture.ts';
import { sizeOf } from './text-size.ts';

/** Above it the layout takes many seconds, and nobody could read what comes out. */
export const MAX_PARTS = 2_000;
/** Room between a label and its frame, in px. */
const PADDING = { x: 20, y: 12 };
const MARGIN = 12;

/** What is used of dagre's graph; its own types do not resolve under Node's rules. */
interface LayeredGraph {
  setGraph(options: object): void;
  setNode(id: string, size: { width: number; height: number }): void;
  hasNode(id: string): boolean;
  setEdge(from: string, to: string, label: object, name: string): void;
  graph(): { width: number; height: number };
  node(id: string): Box;
  edge(from: string, to: string, name: string): { points: Point[] } & Partial<Point>;
}

/** A point in px, from the top left. */
export interface Point {
  x: number;
  y: number;
}

/** The middle of something, and its size. */
export interface Box extends Point {
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  nodes: { node: PictureNode; lines: string[]; box: Box }[];
  edges: { edge: PictureEdge; points: Point[]; label: Point | undefined }[];
}

/** @throws PembaError LIMIT if the picture has over {@link MAX_PARTS} nodes and edges; TypeError if an edge names a node that is not there */
export function layOut({ nodes, edges }: Picture): Layout {
  const parts = nodes.length + edges.length;
  if (parts > MAX_PARTS) {
    throw new PembaError(
      'LIMIT',
      `the picture would have ${parts} nodes and arrows; at most ${MAX_PARTS} can be laid out; ask for less, or take the DOT form to a program for large graphs`,
    );
  }
  const graph: LayeredGraph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  for (const { id, label } of nodes) {
    const { width, height } = sizeOf(linesOf(label));
    graph.setNode(id, { width: width + PADDING.x, height: height + PADDING.y });
  }
  edges.forEach(({ from, to, label }, i) => {
    if (!graph.hasNode(from) || !graph.hasNode(to))
      throw new TypeError(`an edge leads from \`${from}\` to \`${to}\`, of which one is not there`);
    const size = label === undefined ? { width: 0, height: 0 } : sizeOf(linesOf(label));
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, `e${i}`);
  });
  layout(graph);
  return placesIn(graph, { nodes, edges });
}

/** The lines of a label, each without power over what is around it. */
export function linesOf(label: string): string[] {
  return label.split('\n').map(visible);
}

function placesIn(graph: LayeredGraph, { nodes, edges }: Picture): Layout {
  // An empty picture has no extent: dagre says -Infinity.
  const extent = (value: number): number => (Number.isFinite(value) ? Math.ceil(value) : 2 * MARGIN);
  const { width, height } = graph.graph();
  return {
    width: extent(width),
    height: extent(height),
    nodes: nodes.map((node) => ({ node, lines: linesOf(node.label), box: graph.node(node.id) })),
    edges: edges.map((edge, i) => {
      const { points, x, y } = graph.edge(edge.from, edge.to, `e${i}`);
      const label = x === undefined || y === undefined ? undefined : { x, y };
      return { edge, points, label: edge.label === undefined ? undefined : label };
    }),
  };
}
