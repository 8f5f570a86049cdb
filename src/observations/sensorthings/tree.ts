/**
 * What a request asks, as a small tree that knows the grammar and nothing of entities: `parse` makes it from a URL,
 * `compile` turns it into SQL. `at` is a position in the text it came from, counted from 0, for error messages.
 */
export type Segment = {
  name: string;
  /** The id in parentheses, as text: it may exceed what a JavaScript number holds. */
  key?: string;
};

export type Query = {
  path: Segment[];
  tail?: '$value' | '$ref';
  options: Options;
};

export type Options = {
  select?: Name[];
  expand?: Expand[];
  filter?: Expression;
  orderby?: Order[];
  top?: number;
  skip?: number;
  count?: boolean;
  skiptoken?: string;
  resultFormat?: 'dataArray';
  /** The options as written, by name: the link to the next page repeats them. */
  source: ReadonlyMap<string, string>;
};

export type Name = { name: string; at: number };
export type Expand = { path: Name[]; options: Options };
export type Order = { by: Expression; descending: boolean };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'mod';

export type LiteralType =
  | 'number'
  | 'string'
  | 'boolean'
  | 'null'
  | 'instant'
  | 'date'
  | 'timeOfDay'
  | 'duration'
  | 'geometry';

export type Literal = { kind: 'literal'; type: LiteralType; text: string; at: number };
export type IntervalLiteral = { kind: 'interval'; from: string; to: string; at: number };
export type PathExpression = { kind: 'path'; names: string[]; at: number };

export type Expression =
  | Literal
  | IntervalLiteral
  | PathExpression
  | { kind: 'call'; name: string; args: Expression[]; at: number }
  | { kind: 'compare'; op: Comparison; left: Expression; right: Expression; at: number }
  | { kind: 'in'; left: Expression; list: Expression[] | PathExpression; at: number }
  | { kind: 'calculate'; op: Arithmetic; left: Expression; right: Expression; at: number }
  | { kind: 'logic'; op: 'and' | 'or'; left: Expression; right: Expression; at: number }
  | { kind: 'not'; operand: Expression; at: number }
  | { kind: 'negative'; operand: Expression; at: number }
  /** `Datastreams/any(d: d/name eq 'x')` */
  | { kind: 'any' | 'all'; path: PathExpression; variable: string; condition: Expression; at: number };
