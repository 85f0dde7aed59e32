/** The texts of a view's objects and nodes. */
import type { View } from '../../view/view.ts';

/** `type:id` */
export function objectText(view: View, object: number): string {
  return `${typeName(view, object)}:${view.idOf(object)}`;
}

/** `type:id` or `type:id#relation` */
export function subjectText(view: View, node: number): string {
  const relation = view.relationOf(node);
  const object = objectText(view, view.objectOf(node));
  return relation === 0 ? object : `${object}#${view.graph.relations.name(relation)}`;
}

export function typeName(view: View, object: number): string {
  return view.graph.types.name(view.typeOf(object));
}
