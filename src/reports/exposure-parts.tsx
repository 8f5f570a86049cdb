import { formatDate, formatNumber } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts, Section, Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import type { Exposure } from './breach.ts';
import { breachMessages } from './breach-messages.ts';

/** What was exposed, since when, and to whom as far as is known; empty once it was erased. */
export function ExposureParts({ exposure }: { exposure: Partial<Exposure> }) {
  const [language, say] = [useLanguage(), useMessages(breachMessages)];
  if (!exposure.dataset || !exposure.since || !exposure.until) return <p>{say.erased}</p>;
  const { columns = [], versions = [], files = [], keys = [] } = exposure;
  const span = (from: string, to: string) => (
    <>
      <Time at={from} /> – <Time at={to} />
    </>
  );
  return (
    <>
      <Section title={say.exposedTitle} id="exposed" intro={say.exposedText}>
        <Facts
          facts={[
            { term: say.dataset, value: `${exposure.title} (${exposure.dataset})` },
            { term: say.access, value: exposure.access },
            {
              term: say.policy,
              value: exposure.policyVersion ? String(exposure.policyVersion) : say.noPolicy,
            },
            { term: say.visible, value: span(exposure.since, exposure.until) },
            { term: say.readings, value: formatNumber(exposure.readings ?? 0, language) },
            ...(exposure.rows ? [{ term: say.rows, value: formatNumber(exposure.rows, language) }] : []),
            { term: say.datastreams, value: formatNumber(exposure.datastreams ?? 0, language) },
            ...(exposure.firstAt && exposure.lastAt
              ? [{ term: say.measured, value: span(exposure.firstAt, exposure.lastAt) }]
              : []),
            {
              term: say.columns,
              value:
                columns
                  .map(({ name, sensitivity }) => (sensitivity ? `${name} (${sensitivity})` : name))
                  .join(', ') || say.none,
            },
            { term: say.versions, value: versions.map(({ number }) => number).join(', ') || say.none },
            { term: say.files, value: files.map(({ name }) => name).join('; ') || say.none },
          ]}
        />
      </Section>
      <Section title={say.whoTitle} id="who" intro={say.whoText}>
        <Table
          caption={say.whoTitle}
          captionHidden
          stacked
          empty={say.noKeys}
          columns={[
            { title: say.key },
            { title: say.holder },
            { title: say.day },
            { title: say.requests, numeric: true },
            { title: say.bytes, numeric: true },
          ]}
          rows={keys.map((use) => ({
            key: `${use.key} ${use.day}`,
            cells: [
              use.name,
              use.holder ?? '–',
              formatDate(use.day, language),
              formatNumber(use.requests, language),
              formatNumber(use.bytes, language),
            ],
          }))}
        />
      </Section>
    </>
  );
}
