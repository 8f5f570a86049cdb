/** What pages of other rooms may use of this one. Safe for the browser. */
export {
  type Column,
  columnLabel,
  type Description,
  type LicenseGap,
  type Sensitivity,
} from './describe/description.ts';
export { DescriptionFacts, DictionaryTable, License } from './describe/description-facts.tsx';
export { descriptionMessages } from './describe/description-messages.ts';
export { DestroyedParts } from './retention/destroyed-parts.tsx';
export { StepWords } from './step-words.tsx';
export { takedownCauses } from './takedown-causes.ts';
