import { Input, Select, Textarea } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { describeMessages } from './describe-messages.ts';
import { footageMessages } from './footage-messages.ts';
import type { DescriptionPage } from './read-description.ts';
import { type Refusal, SectionForm, useFields } from './section-forms.tsx';

/** Of footage: which camera, where, and by which rule it is not public. There is no field for the video. */
export function FootageForm({
  page: { facts, accessRules },
  refusal,
}: {
  page: DescriptionPage;
  refusal: Refusal | undefined;
}) {
  const [language, say, words] = [useLanguage(), useMessages(footageMessages), useMessages(describeMessages)];
  const field = useFields('footage', refusal);
  const basis = facts.footage?.basis;
  const gone = basis && !accessRules.some(({ id }) => id === basis);
  return (
    <SectionForm part="footage" title={say.footage}>
      <p>{say.formText}</p>
      <Textarea
        label={say.camera}
        hint={say.cameraHint}
        required
        maxLength={500}
        rows={2}
        {...field('camera', facts.footage?.camera)}
      />
      <Input
        label={say.location}
        hint={say.locationHint}
        required
        maxLength={500}
        {...field('location', facts.footage?.location)}
      />
      <Select
        label={say.basis}
        options={[
          { value: '', label: words.ruleNone },
          ...(gone ? [{ value: basis, label: basis }] : []),
          ...accessRules.map(({ id, says }) => ({ value: id, label: `${id}: ${says[language]}` })),
        ]}
        {...field('basis', basis)}
      />
    </SectionForm>
  );
}
