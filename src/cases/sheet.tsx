import { useEffect, useState } from 'react';
import { Button } from '../ui/form.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { caseMessages } from './case-messages.ts';

/** A letter as it lies on paper. `alone`: when the page is printed, nothing but the letter is. */
export function Sheet({ text, language, alone }: { text: string; language?: string; alone?: boolean }) {
  return (
    <article className={alone ? 'sheet sheet--alone' : 'sheet'} lang={language}>
      {text}
    </article>
  );
}

/** Prints the page, and copies a link; both need JavaScript, so they stand there only with it. */
export function PaperTools({ link }: { link?: string }) {
  const say = useMessages(caseMessages);
  const [ready, setReady] = useState(false);
  const [copied, setCopied] = useState(false);
  useEffect(() => setReady(true), []);
  if (!ready) return null;
  const copy = () => navigator.clipboard.writeText(link ?? '').then(() => setCopied(true));
  return (
    <p className="button-row no-print">
      {link ? (
        <Button type="button" kind="outline" onClick={() => void copy()}>
          {say.copy}
        </Button>
      ) : null}
      <Button type="button" kind="outline" onClick={() => window.print()}>
        {say.print}
      </Button>
      <span role="status">{copied ? say.copied : ''}</span>
    </p>
  );
}
