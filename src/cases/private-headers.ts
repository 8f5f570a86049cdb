/**
 * Pages that a private link opens: no search engine lists them, and no other site learns the address. Not `no-referrer`:
 * with it, browsers hide from us that our own forms are ours (Origin: null), and those would be refused.
 */
export function privateHeaders(): Record<string, string> {
  return {
    'referrer-policy': 'same-origin',
    'x-robots-tag': 'noindex, nofollow',
    // Here too: an address may be written in ways (/%71uestion) that the door does not know for personal.
    'cache-control': 'private, no-store',
  };
}
