import { Link } from 'react-router';
import { formatNumber } from '../../ui/format.ts';
import { defineMessages } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import type { DestroyedParts as Parts } from './read-destroyed-parts.ts';

const retentionSectionMessages = defineMessages({
  en: {
    title: 'How long readings are kept, and what was destroyed',
    series: 'What',
    rule: 'Rule',
    whole: 'All readings',
    gap: 'It gives no period, so nothing is destroyed.',
    destroyed: 'Parts that were destroyed',
    lead: 'These readings were here and are not any more. The hash over their ids shows, beside an older copy, that it was these and no others.',
    certificate: 'Certificate',
    when: 'When',
    measured: 'Measured',
    readings: 'Readings',
    form: 'Under',
    hash: 'Hash over the ids (SHA-256)',
  },
  es: {
    title: 'Cuánto se conservan las lecturas y qué se destruyó',
    series: 'Qué',
    rule: 'Norma',
    whole: 'Todas las lecturas',
    gap: 'No fija un plazo, así que no se destruye nada.',
    destroyed: 'Partes destruidas',
    lead: 'Estas lecturas estuvieron aquí y ya no están. El hash de sus identificadores muestra, junto a una copia anterior, que fueron estas y no otras.',
    certificate: 'Certificado',
    when: 'Cuándo',
    measured: 'Medidas',
    readings: 'Lecturas',
    form: 'Según',
    hash: 'Hash de los identificadores (SHA-256)',
  },
});

/** The section of a dataset's public page on retention; nothing where there is nothing to say. */
export function DestroyedParts({ parts: { rules, certificates } }: { parts: Parts }) {
  const [language, say] = [useLanguage(), useMessages(retentionSectionMessages)];
  if (rules.length === 0 && certificates.length === 0) return null;
  const name = (series: string) => (series === '*' ? say.whole : series.replace(/^result:/, ''));
  return (
    <Section title={say.title} id="retention">
      {rules.length > 0 ? (
        <Table
          caption={say.rule}
          captionHidden
          stacked
          columns={[{ title: say.series }, { title: say.rule }]}
          rows={rules.map((rule) => ({
            key: rule.series,
            cells: [
              name(rule.series),
              <>
                <Link key="rule" to={`/${language}/rules/${rule.ruleId}`}>
                  {rule.ruleId}
                </Link>
                {rule.says ? `: ${rule.says[language]}` : null} {rule.specified ? null : say.gap}
              </>,
            ],
          }))}
        />
      ) : null}
      {certificates.length > 0 ? (
        <>
          <h3>{say.destroyed}</h3>
          <p>{say.lead}</p>
          <Table
            caption={say.destroyed}
            captionHidden
            stacked
            columns={[
              { title: say.certificate },
              { title: say.when },
              { title: say.measured },
              { title: say.readings, numeric: true },
              { title: say.form },
              { title: say.hash },
            ]}
            rows={certificates.map((one) => ({
              key: one.number,
              cells: [
                `${one.number} (${name(one.series)})`,
                <Time key="at" at={one.at} />,
                one.from && one.to ? (
                  <>
                    <Time key="from" at={one.from} day /> – <Time key="to" at={one.to} day />
                  </>
                ) : (
                  '–'
                ),
                formatNumber(one.readings, language),
                `${one.form}, ${one.formDate}`,
                <code key="hash" className="checksum">
                  {one.sha256}
                </code>,
              ],
            }))}
          />
        </>
      ) : null}
    </Section>
  );
}
