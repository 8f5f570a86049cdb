export { type CityFolder, type Imported, importCity, storeFolders } from './import-city.ts';
export { readFolder } from './read-folder.ts';
export type { Guide, GuideItem } from './read-guide-file.ts';
export { readHolidaysFile } from './read-holidays-file.ts';
export type { LetterTemplate } from './read-letters-file.ts';
export { type RulesFileText, readRuleBase } from './read-rule-base.ts';
export { type Rulebook, type RulebookOffice, type RulebookPlace, readRulebook } from './read-rulebook.ts';
export { type FiledRules, readRulesFile } from './read-rules-file.ts';
export { readTopicsFile } from './read-topics-file.ts';
