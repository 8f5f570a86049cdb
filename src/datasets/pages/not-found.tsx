import type { LoaderFunctionArgs } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';

/** Every address that is none of ours. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async () => {
    throw new Problem('not-found', 'There is no such page.');
  });
}

export default function NotFound() {
  return null;
}
