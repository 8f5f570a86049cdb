import { type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { as } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { accountMessages } from '../sign-in/account-messages.ts';
import { readOutbox } from '../sign-in/read-outbox.ts';

/** Letters hold links that sign people in. Where nothing but this machine can ask, whoever asks is its operator. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, outbox }) => {
    if (!outbox) throw new Problem('not-found', 'There is no such page.');
    return readOutbox(as(ctx, { kind: 'operator' }));
  });
}

export default function Outbox() {
  const letters = useLoaderData<typeof loader>();
  const say = useMessages(accountMessages);
  return (
    <Page title={say.outbox} lead={say.outboxLead} crumbs={[{ title: say.outbox }]}>
      {letters.length === 0 ? <p>{say.outboxEmpty}</p> : null}
      {letters.map((letter) => (
        <article key={letter.id} className="page-section letter">
          <h2>{letter.subject}</h2>
          <p className="quiet">
            {say.to} {letter.to}, <Time at={letter.at} />
          </p>
          <p className="letter__text">
            {letter.text.split(/(https?:\/\/\S+)/).map((part) =>
              part.startsWith('http') ? (
                <a key={part} href={part}>
                  {part}
                </a>
              ) : (
                part
              ),
            )}
          </p>
        </article>
      ))}
    </Page>
  );
}
