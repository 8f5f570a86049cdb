import { columnLabel, descriptionMessages } from '../release/view.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { datasetMoreMessages } from './dataset-more-messages.ts';

/** Which parts of a description changed, by what they are called. */
export function Changed({ parts }: { parts: string[] }) {
  const [say, words] = [useMessages(datasetMoreMessages), useMessages(descriptionMessages)];
  const names: Record<string, string> = {
    published: say.published,
    access: say.access,
    policy: say.policy,
    title: words.title,
    description: words.description,
    translations: words.inSpanish,
    topic: words.topic,
    keywords: words.keywords,
    place: words.place,
    office: words.office,
    officeName: words.office,
    custodian: words.custodian,
    custodianName: words.custodian,
    contact: words.contact,
    license: words.license,
    licenseGap: words.license,
    terms: words.terms,
    updateEvery: words.promise,
    noPromise: words.promise,
    area: words.area,
    from: words.period,
    to: words.period,
    retentionRule: words.retention,
    retentionAsk: words.retention,
  };
  const said = parts.map((part) =>
    part.startsWith('column:') ? say.column(columnLabel(part.slice(7))) : (names[part] ?? part),
  );
  return [...new Set(said)].join(', ');
}
