/** Cuts a list down to `length`. Setting the length, even to what it is, takes some 25 ns: a check would pay that thrice. */
export function truncate(list: unknown[], length: number): void {
  if (list.length > length) list.length = length;
}
