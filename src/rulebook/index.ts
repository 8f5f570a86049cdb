export { readHolidaysFile } from './read-holidays-file.ts';
export { type RulesFileText, readRuleBase } from './read-rule-base.ts';
export { type FiledRules, readRulesFile } from './read-rules-file.ts';
export { readTopicsFile } from './read-topics-file.ts';
