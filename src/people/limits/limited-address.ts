import { isIPv6 } from 'node:net';

/**
 * The address that a limit counts: IPv4 as it is, IPv6 by its /64, which is what one connection is commonly given and may
 * choose from freely. What is no address (a proxy may say `unknown`) is counted by its text.
 */
export function limitedAddress(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(ip)) return ip.slice(0, 100);
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? [];
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length - (ip.includes('.') ? 1 : 0);
  const all = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
