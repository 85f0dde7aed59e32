import { clientError } from './service-error.ts';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/i;

/** @throws ServiceError BAD_ADDRESS unless it is `host:port`, or `unix:path` */
export function checkAddress(address: string): void {
  if (/^(?:\[[0-9A-Fa-f:.%\w]+\]|[^\s:/[\]]+):\d{1,5}$/.test(address) || /^unix:./.test(address)) return;
  throw clientError(
    'INVALID_ARGUMENT',
    'BAD_ADDRESS',
    `address \`${address}\`: expected \`host:port\`, such as \`127.0.0.1:50051\`, or \`unix:path\``,
  );
}

/** True if the address is on this machine by its form alone. */
export function isLocal(address: string): boolean {
  return LOOPBACK.test(address) || address.startsWith('unix:');
}
