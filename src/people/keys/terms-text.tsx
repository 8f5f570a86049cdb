import { Checkbox } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { keyMessages } from './key-messages.ts';
import type { Terms } from './terms.ts';

/** The terms of use in force, each with its box to accept it; plainly none where no city has published any. */
export function TermsToAccept({ terms }: { terms: Terms[] }) {
  const [language, say] = [useLanguage(), useMessages(keyMessages)];
  if (terms.length === 0) return <p>{say.termsNone}</p>;
  return terms.map(({ id, placeName, version, texts, source }) => {
    // A city may have adopted them in one language alone.
    const spoken = texts[language] ? language : texts.en ? 'en' : 'es';
    return (
      <div key={id}>
        <h4>{placeName ? say.termsOf(placeName, version) : say.termsVersion(version)}</h4>
        <div className="terms" lang={spoken}>
          {texts[spoken]}
        </div>
        <p>{say.termsSource(source)}</p>
        <Checkbox name="terms" value={id} label={say.termsAccept(version)} />
      </div>
    );
  });
}
