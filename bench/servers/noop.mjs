/**
 * The floor: the same methods and messages on @grpc/grpc-js with its usual codec, and a handler
 * that looks at nothing. No store, no credential, no metrics.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadServices } from '../../dist/rpc/protocol.js';
import { report } from './reporting.mjs';

const [zookie] = process.argv.slice(2);
const server = new Server();
server.addService(loadServices().PermissionService, {
  Check: (_call, done) => done(null, { answer: 'ANSWER_ALLOWED', zookie }),
  BatchCheck: (call, done) =>
    done(null, { results: call.request.items.map(() => ({ answer: 'ANSWER_ALLOWED' })), zookie }),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  report(port, {}, async () => server.forceShutdown());
});
