/** How a server under test tells the benchmark that it is ready, and what it has spent. */

/**
 * Sends the port and answers each message with the CPU time used so far, in microseconds. Ends the
 * process when the benchmark does, or on SIGTERM.
 * @param {number} port
 * @param {object} more
 * @param {() => Promise<void>} stop
 */
export function report(port, more, stop) {
  const send = (message) => {
    if (process.send === undefined) throw new Error('start this through the benchmark');
    process.send(message);
  };
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    send({ cpuUs: user + system });
  });
  const end = () => void stop().then(() => process.exit(0));
  process.once('disconnect', end);
  process.once('SIGTERM', end);
  send({ port, ...more });
}
