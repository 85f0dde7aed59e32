/** One node of an expanded set: the set, or a part of the expression that makes one. */
export interface ExpandedNode {
  /** How the node is made of its children; for a set whose children are left out, how it would be. */
  operation: 'direct' | 'or' | 'and' | 'except' | 'arrow' | 'every' | 'self' | 'nobody' | 'name' | 'of';
  /** `type:id#relation`; empty for a part of an expression. */
  set: string;
  /** The part of the schema that the node follows from; empty if its children are left out. */
  expression: string;
  /** `direct`: the stored objects and wildcards, as `type:id` and `type:*`. `of`: the wildcards in the set. */
  subjects: string[];
  /**
   * What the tuples of the subjects carry, as `[condition {…}] [expires T]`, in the same order, empty for one that
   * carries nothing; absent if none carries anything.
   */
  subjectGrants?: string[];
  /** Places in the list of nodes. `of`: the first is the set whose objects the others are sets of. */
  children: number[];
  /** What the tuples that lead to the children carry, likewise. */
  childGrants?: string[];
  /** Why a set has no children here: it is deeper than was asked for, or stands elsewhere. */
  omission?: 'depth' | 'seen';
  /** `seen`: the place of the node that shows the same set. */
  sameAs?: number;
}
