/** A drawing of nodes and arrows, without places: what `toDot` and `toSvg` take. */

/** What a node stands for; each kind has a look of its own. */
export type NodeKind =
  | 'type'
  | 'relation'
  | 'permission'
  | 'set'
  | 'operator'
  | 'subject'
  | 'tuple'
  | 'added'
  | 'removed'
  | 'note';

export interface PictureNode {
  /** Told apart by it, never shown. */
  id: string;
  /** A line break begins a new line; any other control character is shown as an escape. */
  label: string;
  kind: NodeKind;
  /** Shown when the pointer rests on the node. */
  title?: string;
}

export interface PictureEdge {
  /** The id of a node. */
  from: string;
  to: string;
  label?: string;
  dashed?: boolean;
}

export interface Picture {
  nodes: readonly PictureNode[];
  edges: readonly PictureEdge[];
}
