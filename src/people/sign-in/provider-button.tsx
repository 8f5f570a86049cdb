import { Form } from 'react-router';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section } from '../../ui/parts.tsx';
import { providerMessages } from './provider-messages.ts';

/** The way in through the city's identity provider, where there is one. `path`: where to go afterwards, as `/account`. */
export function ProviderButton({ name, path }: { name: string | undefined; path?: string }) {
  const say = useMessages(providerMessages);
  if (!name) return null;
  return (
    <Section title={say.staff} id="provider">
      <p>{say.lead}</p>
      <ProviderForm name={name} path={path} />
    </Section>
  );
}

export function ProviderForm({ name, path }: { name: string; path?: string }) {
  const [language, say] = [useLanguage(), useMessages(providerMessages)];
  return (
    <Form method="post" action={`/${language}/sign-in/provider`} reloadDocument>
      {path ? <input type="hidden" name="path" value={path} /> : null}
      <Button kind="outline">{say.onward(name)}</Button>
    </Form>
  );
}
