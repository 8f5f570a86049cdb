/**
 * Letters are made from templates with placeholders in double braces: {{number}}. A template may use only what it is
 * given, and must be given all that it uses; so what a letter can say is what its feature hands over by name, and an
 * internal note, which nobody hands over, cannot slip into one. Pure and safe for the browser.
 */
export type Letter = { subject: string; text: string };

const placeholder = /\{\{\s*([a-zA-Z]+)\s*\}\}/g;

/** The placeholders that a template uses. */
export function placeholdersIn(template: string): string[] {
  return [...new Set([...template.matchAll(placeholder)].map(([, name]) => name as string))];
}

/** What is wrong with a template for these values: placeholders it uses and is not given, and braces left open. */
export function faultsOfTemplate(template: string, given: readonly string[]): string[] {
  const unknown = placeholdersIn(template).filter((name) => !given.includes(name));
  const faults = unknown.map(
    (name) => `{{${name}}} is not given; use ${given.map((each) => `{{${each}}}`).join(', ')}`,
  );
  if (/\{\{|\}\}/.test(template.replaceAll(placeholder, '')))
    faults.push('double braces that are no placeholder');
  return faults;
}

/** Fills a template in. Values are put in as they are, and never read as templates. Throws when one is missing. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(placeholder, (_, name: string) => {
    if (!Object.hasOwn(values, name))
      throw new Error(`The letter's template uses {{${name}}}, which is not given.`);
    return values[name] as string;
  });
}

/**
 * Fills a letter in. A line of the template whose placeholders are all empty is left out, and what would be several
 * empty lines is one. Throws when a placeholder is missing.
 */
export function fillLetter(
  template: { subject: string; body: string },
  values: Readonly<Record<string, string>>,
): Letter {
  const kept = template.body.split('\n').filter((line) => {
    const used = placeholdersIn(line);
    return used.length === 0 || used.some((name) => values[name] !== '');
  });
  return {
    subject: fillTemplate(template.subject, values).trim(),
    text: `${fillTemplate(kept.join('\n').replaceAll(/\n{3,}/g, '\n\n'), values).trim()}\n`,
  };
}
