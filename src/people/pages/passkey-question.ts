import type { ActionFunctionArgs } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { askOwnPasskey } from '../staff/ask-own-passkey.ts';
import { askPasskey } from '../staff/ask-passkey.ts';
import { beginEnrollment } from '../staff/begin-enrollment.ts';
import { cookiesOf, setCookies } from '../staff/cookies.ts';

/** What a browser is to ask its device, for the button that posts here; the step that it begins goes into the cookie. */
export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, publicUrl, from, form }) => {
    const cookies = cookiesOf(args.request, publicUrl);
    const purpose = String((await form()).get('purpose') ?? '');
    const ask = async () => {
      if (purpose === 'sign-in') return askPasskey(ctx, { from });
      if (purpose === 'second-step') return askPasskey(ctx, { from, pending: cookies.pending ?? '' });
      if (purpose === 'enroll')
        return beginEnrollment(ctx, { invitation: cookies.invitation ?? '', choice: 'passkey' });
      if (purpose === 'confirm' || purpose === 'add') return askOwnPasskey(ctx, { purpose });
      throw new Problem('invalid', 'Say what the passkey is for.');
    };
    const { options, pending } = await ask();
    const headers = pending ? setCookies(publicUrl, { pending }) : new Headers();
    headers.set('cache-control', 'no-store');
    return Response.json(options, { headers });
  });
}
