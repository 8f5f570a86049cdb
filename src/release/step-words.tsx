import { formatDuration, formatNumber } from '../ui/format.ts';
import type { Language } from '../ui/language.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { columnLabel } from './describe/description.ts';
import type { PlaceGrain, PolicyStep } from './policy.ts';
import { stepMessages } from './step-messages.ts';

type Say = (typeof stepMessages)['en'];

/** What a release policy does, step by step, in words. */
export function StepWords({ steps }: { steps: readonly PolicyStep[] }) {
  const [language, say] = [useLanguage(), useMessages(stepMessages)];
  if (steps.length === 0) return <p>{say.nothing}</p>;
  return (
    <ul className="usa-list">
      {steps.map((step) => (
        <li key={JSON.stringify(step)}>{stepWords(step, say, language)}</li>
      ))}
    </ul>
  );
}

export const placeWords = (to: PlaceGrain, say: Say): string =>
  to === 'neighborhood' ? say.neighborhood : say.square(to.replace(/\D/g, ''));

export function stepWords(step: PolicyStep, say: Say, language: Language): string {
  const column = 'column' in step && step.column ? columnLabel(step.column) : '';
  switch (step.do) {
    case 'drop':
      return say.drop(column);
    case 'mask':
      return say.mask(column);
    case 'keyed-hash':
      return say.hash(column);
    case 'coarsen-time':
      return say.coarsenTime(say[step.to]);
    case 'coarsen-place':
      return say.coarsenPlace(placeWords(step.to, say));
    case 'round':
      return say.round(column, formatNumber(step.to, language, 9));
    case 'aggregate': {
      const by = [...(step.every ? [say[step.every]] : []), ...step.by.map(columnLabel)];
      const groups = by.length > 0 ? ` ${say.groups(by.join(', '))}` : '';
      return say.aggregate(formatNumber(step.minimum, language)) + groups;
    }
    case 'delay':
      return say.delay(formatDuration(step.for, language));
    default:
      return say.unknownStep;
  }
}
