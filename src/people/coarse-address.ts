import { isIP } from 'node:net';
import { limitedAddress } from './limits/limited-address.ts';

/**
 * The network that an address is in, for the log of what was refused: IPv4 by its /24, IPv6 by its /48. Enough to see that
 * one place tries again and again and to ask its provider; too little to name a household. What is no address is not told.
 */
export function coarseAddress(ip: string): string | undefined {
  if (isIP(ip) === 0) return undefined;
  const address = limitedAddress(ip);
  if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  return `${address.split(':').slice(0, 3).join(':')}::/48`;
}
