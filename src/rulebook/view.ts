/** What pages of other folders may load in the browser. */
export { aspectMessages } from './aspect-messages.ts';
