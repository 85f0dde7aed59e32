/**
 * Adds to package-lock.json the packages for other platforms that the registry in use does not serve.
 *
 * Usage: npm run lock:complete, after `npm install` changed package-lock.json.
 *
 * A package with native parts names one package per platform as an optional dependency. npm leaves those
 * it cannot find out of the lock file, and then `npm ci` refuses the lock file as out of step. With an
 * entry of version, os and cpu, npm knows without asking that the package is not for this machine, and on
 * a machine that it is for, installs it (with no integrity to compare, since nobody here has seen it).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = resolve(fileURLToPath(import.meta.url), '../../package-lock.json');

const PLATFORM =
  /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32|windows)-(arm64|aarch64|armv7|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(gnu|musl|msvc|eabi|gnueabihf|musleabihf))?$/;
const CPU = { aarch64: 'arm64', armv7: 'arm' };
const OS = { windows: 'win32' };

/** What npm must know of the package so as to skip it elsewhere, or undefined if its name does not say. */
function platformOf(name) {
  const match = PLATFORM.exec(name);
  if (match === null) return undefined;
  const [, os, cpu, abi = ''] = match;
  const libc = abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined;
  return { os: [OS[os] ?? os], cpu: [CPU[cpu] ?? cpu], ...(libc && { libc }) };
}

const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = [];
const unknown = [];
for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const places = [`node_modules/${name}`, `${parentPath}/node_modules/${name}`];
    if (places.some((place) => lock.packages[place] !== undefined)) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d/.test(version)) {
      unknown.push(`${name}@${version}`);
      continue;
    }
    const { cpu, os, libc } = platform;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(parent.dev && { dev: true }),
      ...(libc && { libc }),
      optional: true,
      os,
    };
    added.push(name);
  }
}

if (unknown.length > 0) {
  console.error(`package-lock.json lacks optional packages of no known platform: ${unknown.join(', ')}`);
  process.exit(1);
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`lock: added ${added.length} packages for other platforms`);
