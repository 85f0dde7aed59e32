/** The value of an `ipaddress` parameter. */
import { BlockList, isIP } from 'node:net';

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

/** An address of either family, as its author wrote it. */
export class IpAddress {
  readonly text: string;

  /** @param text an address, see {@link isAddress} */
  constructor(text: string) {
    this.text = text;
  }

  /** An IPv6 address that maps one of IPv4 is in the networks of either. */
  isIn(network: Network): boolean {
    return network.check(this.text, familyOf(this.text));
  }

  /** True if both are the same address, however they are written. */
  equals(other: IpAddress): boolean {
    const only = new BlockList();
    only.addAddress(other.text, familyOf(other.text));
    return this.isIn(only);
  }
}

export type Network = BlockList;

export function isAddress(text: string): boolean {
  // A zone, as in `fe80::1%eth0`, is a matter of the machine that names it.
  return isIP(text) !== 0 && !text.includes('%');
}

/** The network of a text such as `10.0.0.0/8` or `2001:db8::/32`; undefined if it is none. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash < 0 || !isAddress(address) || !/^\d{1,3}$/.test(bits)) return undefined;
  const family = familyOf(address);
  if (Number(bits) > (family === 'ipv4' ? 32 : 128)) return undefined;
  const network = new BlockList();
  network.addSubnet(address, Number(bits), family);
  return network;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return FAMILIES[isIP(address) as 4 | 6];
}
