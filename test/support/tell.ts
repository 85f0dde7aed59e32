/** Says a figure that a test has seen. */
export function tell(figure: string): void {
  process.stdout.write(`  ${figure}\n`);
}
