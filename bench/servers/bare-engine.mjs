/**
 * The no-op with the engine behind it and nothing between: what a check costs by itself, when HTTP/2 has had
 * the caches. What Pemba spends more than this is the price of all that is around the engine.
 */
import { readFileSync } from 'node:fs';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { defaultLimits } from '../../dist/base/limits.js';
import { Engine } from '../../dist/engine/engine.js';
import { Plan } from '../../dist/engine/plan.js';
import { Graph } from '../../dist/graph/graph.js';
import { parseTuple } from '../../dist/model/tuple.js';
import { loadServices } from '../../dist/rpc/protocol.js';
import { compileSchema } from '../../dist/schema/compile-schema.js';
import { View } from '../../dist/view/view.js';
import { report } from './reporting.mjs';

const ANSWERS = { allowed: 'ANSWER_ALLOWED', denied: 'ANSWER_DENIED', conditional: 'ANSWER_CONDITIONAL' };

const [zookie, worldFile] = process.argv.slice(2);
const { schema: text, tuples } = JSON.parse(readFileSync(worldFile, 'utf8'));
const { schema } = await compileSchema({ path: 'bench.pemba', text });
const graph = new Graph();
for (const tuple of tuples) graph.add(parseTuple(tuple));
const plan = new Plan(schema, graph.types, graph.relations);
const view = new View(graph);
const engine = new Engine(defaultLimits());

const server = new Server();
server.addService(loadServices().PermissionService, {
  Check: ({ request }, done) => done(null, { answer: ANSWERS[engine.check(plan, view, request)], zookie }),
  BatchCheck: ({ request }, done) => {
    const answers = engine.batchCheck(plan, view, request.items);
    done(null, { results: answers.map((answer) => ({ answer: ANSWERS[answer] })), zookie });
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  report(port, {}, async () => server.forceShutdown());
});
