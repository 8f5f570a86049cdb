import { Problem } from '../../kit/problem.ts';

/** Reads a text from left to right; every complaint names the option and the position. */
export class Scanner {
  readonly text: string;
  readonly where: string;
  at = 0;
  #depth = 0;

  constructor(text: string, where: string) {
    this.text = text;
    this.where = where;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes what the sticky pattern matches here, or nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match || match[0] === '') return undefined;
    this.at += match[0].length;
    return match[0];
  }

  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  space(): void {
    this.take(/\s+/y);
  }

  /** Takes the character, with space around it. */
  takeMark(mark: string): boolean {
    const start = this.at;
    this.space();
    if (this.text[this.at] !== mark) {
      this.at = start;
      return false;
    }
    this.at += 1;
    this.space();
    return true;
  }

  expectMark(mark: string): void {
    if (!this.takeMark(mark)) this.fail(`expected “${mark}”`);
  }

  /** A closing parenthesis. The space after it is left: it may be the one before an operator. */
  expectMarkClosing(): void {
    this.space();
    if (!this.take(/\)/y)) this.fail('expected “)”');
  }

  expectEnd(): void {
    this.space();
    if (!this.done) this.fail('did not expect this');
  }

  /** Runs `inner` one level deeper, so that no text can exhaust the stack. */
  nested<T>(inner: () => T): T {
    if (++this.#depth > 60) this.fail('is nested too deeply (60 levels at most)');
    const result = inner();
    this.#depth -= 1;
    return result;
  }

  fail(message: string, at = this.at): never {
    const rest = this.text.slice(at, at + 20);
    const found = rest === '' ? 'the end' : `“${rest}${this.text.length > at + 20 ? '…' : ''}”`;
    throw new Problem('invalid', `${this.where}, character ${at + 1} (at ${found}): ${message}.`, {
      details: { option: this.where, position: at + 1 },
    });
  }
}
