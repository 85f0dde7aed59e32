/**
 * Loaded before a program, lets it see what it would in a namespace of its own: another name of that, and of all
 * processes only itself and later ones.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readdirSync, readlinkSync } = fs;
const kill = process.kill.bind(process);
const isSeen = (pid) => pid >= process.pid;

fs.readlinkSync = (path, ...rest) =>
  path === '/proc/self/ns/pid' ? `pid:[${process.pid}]` : readlinkSync(path, ...rest);
fs.readdirSync = (path, ...rest) => {
  const entries = readdirSync(path, ...rest);
  return path === '/proc' ? entries.filter((name) => isSeen(Number(name))) : entries;
};
process.kill = (pid, signal) => {
  if (isSeen(pid)) return kill(pid, signal);
  throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
};
syncBuiltinESMExports();
