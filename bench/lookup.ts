/** Lookups in process: how long they take as a whole, and how long they hold the process at a time. */
import { defaultLimits } from '../src/base/limits.ts';
import { runWhole, type Sliced } from '../src/base/slices.ts';
import type { Found } from '../src/engine/lookup/found.ts';
import { lookupResources } from '../src/engine/lookup/lookup-resources.ts';
import { Plan } from '../src/engine/plan.ts';
import { Graph } from '../src/graph/graph.ts';
import { parseTuple } from '../src/model/tuple.ts';
import { compileSchema } from '../src/schema/compile-schema.ts';
import { View } from '../src/view/view.ts';
import { type Summary, summarize } from './statistics.ts';

const SCHEMA = `
schema lookups

type user
type team {
  relation member : user | team#member
}
type folder {
  relation parent : folder
  relation viewer : user | team#member
  relation banned : user
  permission view = viewer or parent.view
  permission work = (viewer or parent.work) except banned
}
type document {
  relation folder   : folder
  relation owner    : user
  relation reader   : user | team#member
  relation approved : user
  permission view = owner or reader or folder.view
  permission work = folder.work
  permission sign = reader and approved
  permission open = (reader or folder.view) except owner
}
`;

const SLICE_MS = 1;
const DOCUMENTS = 100_000;
const FOLDERS = 1_000;

/**
 * Everybody of team:all reads all documents, ada through three levels of teams; folders form chains of ten below those that
 * she sees; one document in a thousand is approved for her; she owns one in ten.
 */
function* tuples(): Generator<string, void, undefined> {
  yield 'team:inner#member@user:ada';
  yield 'team:middle#member@team:inner#member';
  yield 'team:all#member@team:middle#member';
  for (let folder = 0; folder < FOLDERS; folder++) {
    if (folder % 10 === 0) yield `folder:f${folder}#viewer@team:all#member`;
    else yield `folder:f${folder}#parent@folder:f${folder - 1}`;
  }
  for (let document = 0; document < DOCUMENTS; document++) {
    const name = `document:${(Math.imul(document, 0x9e3779b1) >>> 0).toString(36)}-${document}`;
    yield `${name}#folder@folder:f${document % FOLDERS}`;
    yield `${name}#reader@team:all#member`;
    yield `${name}#owner@user:u${document % 10_000}`;
    if (document % 10 === 0) yield `${name}#owner@user:ada`;
    if (document % 1_000 === 0) yield `${name}#approved@user:ada`;
  }
}

/** What is asked of documents, for ada. */
const SHAPES = {
  direct: 'owner',
  'through teams': 'reader',
  'teams, folders, owner': 'view',
  'folders, `except` above them': 'work',
  'each one checked': 'open',
  'few of many': 'sign',
} as const;

export interface LookupResult {
  shape: string;
  found: number;
  /** Milliseconds. */
  whole: Summary;
  /** Milliseconds of the longest slice of each round; pauses of the machine and of the garbage collector count. */
  longestSlice: Summary;
  /**
   * Milliseconds of the longest piece between two yields, each piece taken at its fastest of all rounds, so that such
   * pauses do not count. A slice goes on for 1 ms and to the end of the piece.
   */
  longestPiece: number;
}

export async function benchLookup(rounds: number): Promise<LookupResult[]> {
  const { schema } = await compileSchema({ path: 'lookup.pemba', text: SCHEMA });
  if (schema === undefined) throw new Error('the schema of the benchmark does not compile');
  const graph = new Graph();
  for (const tuple of tuples()) graph.add(parseTuple(tuple));
  const plan = new Plan(schema, graph.types, graph.relations);
  const view = new View(graph);
  return Object.entries(SHAPES).map(([shape, relation]) => {
    const query = { resourceType: 'document', relation, subject: 'user:ada' };
    const lookup = (): Sliced<Found[]> => lookupResources(plan, view, query, defaultLimits());
    const found = runWhole(lookup()).length;
    const runs = Array.from({ length: rounds }, () => measure(lookup()));
    const pieces = runs[0].pieces.map((_, i) => Math.min(...runs.map((run) => run.pieces[i])));
    return {
      shape: `${shape}: ${relation}`,
      found,
      whole: summarize(runs.map(({ whole }) => whole)),
      longestSlice: summarize(runs.map(({ longestSlice }) => longestSlice)),
      longestPiece: pieces.reduce((longest, piece) => Math.max(longest, piece), 0),
    };
  });
}

/** Cuts the work into slices as `runSliced` does, without anything in between. */
function measure(work: Sliced<Found[]>): { whole: number; longestSlice: number; pieces: number[] } {
  const pieces: number[] = [];
  const begin = performance.now();
  let longestSlice = 0;
  let slice = begin;
  for (let before = begin, done = false; !done; ) {
    done = work.next().done === true;
    const now = performance.now();
    pieces.push(now - before);
    before = now;
    if (!done && now - slice < SLICE_MS) continue;
    longestSlice = Math.max(longestSlice, now - slice);
    slice = now;
  }
  return { whole: performance.now() - begin, longestSlice, pieces };
}
