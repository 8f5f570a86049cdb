import {
  type ActionFunctionArgs,
  data,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button, Checkbox, Input, Select } from '../../ui/form.tsx';
import { formatTime } from '../../ui/format.ts';
import { useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { nameOf } from '../condition.ts';
import { endSecret } from '../keys/end-secret.ts';
import { KeyLife } from '../keys/key-life.tsx';
import { keyMessages } from '../keys/key-messages.ts';
import { KeyUsage } from '../keys/key-usage-chart.tsx';
import { type KeyPage, readKey } from '../keys/read-key.ts';
import { renameKey } from '../keys/rename-key.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { rotateKey } from '../keys/rotate-key.ts';
import '../keys/keys.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    if (ctx.actor.kind !== 'person') throw redirect(`/${language}/sign-in`);
    const dataset = url.searchParams.get('dataset') || undefined;
    return { key: await readKey(ctx, { id: params.id ?? '', dataset }), you: nameOf(ctx.actor) };
  });
}

type Done = { key?: string; error?: string };

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url, form }) => {
    if (ctx.actor.kind !== 'person') throw redirect(`/${language}/sign-in`);
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const id = params.id ?? '';
    const say = keyMessages[language];
    const wish = field('do');
    try {
      if (wish === 'rotate')
        return data<Done>({ key: (await rotateKey(ctx, { id, grace: Number(field('grace')) })).key });
      if (wish === 'rename') await renameKey(ctx, { id, name: field('name') });
      else if (wish === 'end') await endSecret(ctx, { id, prefix: field('prefix') });
      else if (wish === 'revoke' && field('sure') === 'yes') await revokeKey(ctx, { id });
      return redirect(url.pathname);
    } catch (error) {
      if (!isProblem(error)) throw error;
      const said = {
        invalid: say.nameWrong,
        conflict: wish === 'rotate' ? say.twoSecrets : say.cannot,
        'too-late': say.gone,
        'not-found': wish === 'end' ? say.cannot : undefined,
      }[error.kind as string];
      if (!said) throw error;
      return data<Done>({ error: said }, { status: httpStatus[error.kind] });
    }
  });
}

export default function Key() {
  const { key, you } = useLoaderData<typeof loader>();
  const done = useActionData<Done>();
  const [language, say] = [useLanguage(), useMessages(keyMessages)];
  const above =
    key.kind === 'reading'
      ? { title: say.account, to: `/${language}/account` }
      : { title: say.staffTitle, to: `/${language}/staff/keys` };
  return (
    <Page title={say.keyTitle(key.name)} crumbs={[above, { title: say.keyTitle(key.name) }]}>
      {done?.key ? (
        <Alert kind="success" title={say.shownTitle}>
          <p>{say.shownText}</p>
          <Code label={say.shownTitle}>{done.key}</Code>
        </Alert>
      ) : null}
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      <Section title={say.whatTitle} id="what">
        <About keyPage={key} />
      </Section>
      <Secrets keyPage={key} />
      {key.state === 'active' && key.kind !== 'demo' ? <Changes keyPage={key} /> : null}
      <Section title={say.usageTitle} id="usage">
        <p>{say.usageText}</p>
        <KeyUsage usage={key.usage} />
      </Section>
      <Section title={say.timelineTitle} id="timeline">
        <p>{say.timelineText}</p>
        <KeyLife moments={key.timeline} you={you} />
      </Section>
    </Page>
  );
}

function About({ keyPage: key }: { keyPage: KeyPage }) {
  const say = useMessages(keyMessages);
  const kinds = { reading: say.kindReading, device: say.kindDevice, demo: say.kindDemo };
  const scope = key.things ? (
    <>
      {say.scopeThings}
      <ul lang="en">
        {key.things.map(({ id, name }) => (
          <li key={id}>{name ?? say.thingGone(id)}</li>
        ))}
      </ul>
    </>
  ) : key.datasets ? (
    <ul lang="en">
      {key.datasets.map(({ slug, title }) => (
        <li key={slug}>{title}</li>
      ))}
    </ul>
  ) : (
    say.scopeAll
  );
  return (
    <Facts
      facts={[
        { term: say.kind, value: kinds[key.kind] },
        ...(key.kind === 'device' ? [{ term: say.scope, value: scope }] : []),
        ...(key.purpose ? [{ term: say.purpose, value: key.purpose }] : []),
        { term: say.state, value: say[key.state] },
        { term: say.made, value: <Time at={key.createdAt} /> },
        { term: say.expires, value: key.expiresAt ? <Time at={key.expiresAt} /> : say.never },
        ...(key.kind === 'reading'
          ? [
              {
                term: say.termsAccepted,
                value: key.accepted.length
                  ? key.accepted.map(({ version, at }) => (
                      <p key={version}>
                        {say.termsVersion(version)}, <Time at={at} />
                      </p>
                    ))
                  : say.termsNotAccepted,
              },
            ]
          : []),
      ]}
    />
  );
}

function Secrets({ keyPage: key }: { keyPage: KeyPage }) {
  const [language, say, timeZone] = [useLanguage(), useMessages(keyMessages), useTimeZone()];
  const time = (at: string) => formatTime(at, language, timeZone);
  return (
    <Section title={say.secretsTitle} id="secrets">
      <Table
        caption={say.secretsCaption}
        captionHidden
        stacked
        columns={[
          { title: say.start },
          { title: say.made },
          { title: say.lastUse },
          { title: say.secretState },
        ]}
        rows={key.secrets.toReversed().map((secret) => ({
          key: secret.prefix,
          cells: [
            <code key="prefix">co_{secret.prefix}</code>,
            <Time key="made" at={secret.createdAt} />,
            secret.lastUsedAt ? <Time key="used" at={secret.lastUsedAt} /> : say.notUsed,
            secret.live && secret.endsAt ? (
              <Form key="state" method="post" reloadDocument>
                <input type="hidden" name="prefix" value={secret.prefix} />
                {say.secretEnds(time(secret.endsAt))}{' '}
                <Button
                  name="do"
                  value="end"
                  kind="unstyled"
                  aria-label={say.endSecretLabel(`co_${secret.prefix}`)}
                >
                  {say.endSecret}
                </Button>
              </Form>
            ) : secret.live ? (
              say.secretWorks
            ) : secret.endsAt ? (
              say.secretEnded(time(secret.endsAt))
            ) : (
              say.secretNot
            ),
          ],
        }))}
      />
    </Section>
  );
}

function Changes({ keyPage: key }: { keyPage: KeyPage }) {
  const say = useMessages(keyMessages);
  return (
    <>
      <Section title={say.rotateTitle} id="rotate">
        <p>{say.rotateText}</p>
        <Form method="post" reloadDocument className="usa-form">
          <Select
            label={say.grace}
            hint={say.expiresHint}
            name="grace"
            defaultValue="1"
            options={[
              { value: '0', label: say.grace0 },
              { value: '1', label: say.grace1 },
              { value: '7', label: say.grace7 },
            ]}
          />
          <Button name="do" value="rotate">
            {say.rotate}
          </Button>
        </Form>
      </Section>
      <Section title={say.renameTitle} id="rename">
        <Form method="post" reloadDocument className="usa-form">
          <Input
            label={say.name}
            name="name"
            required
            maxLength={100}
            defaultValue={key.name}
            key={key.name}
          />
          <Button name="do" value="rename" kind="outline">
            {say.rename}
          </Button>
        </Form>
      </Section>
      <Section title={say.revokeTitle} id="revoke">
        <p>{say.revokeText}</p>
        <Form method="post" reloadDocument className="usa-form">
          <Checkbox name="sure" value="yes" label={say.revokeSure} />
          <Button name="do" value="revoke" kind="outline">
            {say.revoke}
          </Button>
        </Form>
      </Section>
    </>
  );
}
