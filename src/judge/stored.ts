/**
 * What of the tuples at a node counts. An expired tuple is stored still, and counts only towards whether its object
 * has tuples at all.
 */

import type { TypePlan } from '../engine/member.ts';
import type { Plan } from '../engine/plan.ts';
import { ITSELF, NONE } from '../graph/graph.ts';
import { WILDCARD } from '../model/reference.ts';
import { Neighbours } from '../view/neighbours.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';

/** How a stored tuple counts. */
export const EXPIRED = 0;
/** With a condition or an expiry that has not passed. */
const CARRYING = 1;
export const PLAIN = 2;

/** How the tuple of an edge that is there counts at `now`. */
export function standingOf(view: View, from: number, to: number, now: number): number {
  const grant = view.grantOf(from, to);
  if (grant === undefined) return PLAIN;
  return grant.expiresAt !== undefined && grant.expiresAt <= now ? EXPIRED : CARRYING;
}

/** Tuples stored at a node, expired ones included. */
export function storedAt(view: View, node: number): number {
  const { graph, overlay } = view;
  const inGraph = node < OWN ? graph.nodes.plain.count.get(node) + graph.nodes.sets.count.get(node) : 0;
  if (overlay === null) return inGraph;
  return inGraph - overlay.removedTo(node).size + overlay.addedTo(node).size;
}

/** Those of them whose subject is an object or a wildcard. */
export function plainAt(view: View, node: number): number {
  const { graph, overlay } = view;
  let count = node < OWN ? graph.nodes.plain.count.get(node) : 0;
  if (overlay === null) return count;
  for (const to of overlay.removedTo(node)) if (view.relationOf(to) === ITSELF) count--;
  for (const to of overlay.addedTo(node)) if (view.relationOf(to) === ITSELF) count++;
  return count;
}

/** Tuples that have the object as theirs, expired ones included. */
export function ownTuples(view: View, type: TypePlan, object: number): number {
  let count = 0;
  for (const member of type.members.values()) {
    if (member.isPermission) continue;
    const node = view.findNode(object, member.relation);
    if (node !== NONE) count += storedAt(view, node);
  }
  return count;
}

/** As {@link ownTuples}, if it only matters whether there are any. */
export function hasOwnTuples(view: View, type: TypePlan, object: number): boolean {
  for (const member of type.members.values()) {
    if (member.isPermission) continue;
    const node = view.findNode(object, member.relation);
    if (node !== NONE && storedAt(view, node) > 0) return true;
  }
  return false;
}

const cursor = new Neighbours();

/** True if some tuple has the object, or a set of it, as its subject; expired ones included. */
export function isMentioned(view: View, type: TypePlan, object: number): boolean {
  const self = view.findNode(object, ITSELF);
  if (self !== NONE && cursor.holdersOf(view, self).next() !== NONE) return true;
  for (const member of type.members.values()) {
    const node = view.findNode(object, member.relation);
    if (node !== NONE && cursor.holdersOf(view, node).next() !== NONE) return true;
  }
  return false;
}

/** The node of `type:*`, or {@link NONE}. */
export function wildcardOf(plan: Plan, view: View, typeName: string): number {
  const type = plan.types.get(typeName);
  const object = type === undefined ? NONE : view.findObject(type.number, WILDCARD);
  return object === NONE ? NONE : view.findNode(object, ITSELF);
}
