/**
 * Google's own descriptor pool accepts what reflection sends.
 *
 * Needs Debian's python3-grpcio and python3-protobuf: apt-get install -y python3-grpcio python3-protobuf
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descriptorFiles } from '../../src/rpc/descriptors.ts';
import { healthService } from '../../src/rpc/health.ts';
import { reflectionServices } from '../../src/rpc/reflection.ts';

/** Debian's, which has the packages; another python3 may come first in PATH. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('python/reflection_check.py', import.meta.url));

const server = new Server();
let port: number;

beforeAll(async () => {
  for (const service of [...reflectionServices(), healthService([], () => true)]) {
    server.addService(service.definition, service.implementation);
  }
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
});

afterAll(() => server.forceShutdown());

test('a Python client finds every method by reflection', async () => {
  const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, `127.0.0.1:${port}`]);
  const methods = descriptorFiles().flatMap(({ proto }) =>
    proto.service.flatMap((service) =>
      service.method.map((method) => `${proto.package}.${service.name}.${method.name}`),
    ),
  );
  expect(methods).toContain('pemba.v1.PermissionService.Check');
  expect(stdout.trim().split('\n').sort()).toEqual(methods.sort());
});
