/**
 * How columns are read, decided once in `mo-codegen.config`: the generated types follow it, and the
 * schema value hands it to `new MatrixOne({ schema })`. Without a schema value, give the same object
 * to `new MatrixOne({ types })`.
 */
export interface ColumnTypeOptions {
  /** `bigint` and `bigint unsigned`. `'number'` is checked: a value beyond 2^53 is an error, never rounded. */
  readonly bigint?: 'number' | 'bigint' | 'string'
  /** `decimal`. `'string'` keeps every digit. */
  readonly decimal?: 'string' | 'number'
  /** `date`. `'string'` is `YYYY-MM-DD`; `'Date'` is midnight in the declared time zone. */
  readonly date?: 'string' | 'Date'
  /** `datetime` and `timestamp`. `'Date'` cuts to milliseconds; `'string'` keeps microseconds. */
  readonly datetime?: 'Date' | 'string'
  /** Every vector type: the wire does not say which one it is, so one choice serves all. */
  readonly vector?: 'number[]' | 'Float32Array' | 'Float64Array'
  /** `json` and `array(…)`. `'string'` is the JSON text with every digit of its numbers. */
  readonly json?: 'parsed' | 'string'
  /**
   * `tinyint` and `tinyint unsigned`. `'boolean'` is checked: a value other than 0 and 1 is an error.
   * (MatrixOne does not keep the width of `tinyint(1)`; its `bool` is read as a boolean anyway.)
   */
  readonly tinyint?: 'number' | 'boolean'
}

/** The choice made for every column type. */
export type ResolvedColumnTypes = Required<ColumnTypeOptions>

/** How one column is read: a choice of the option that its type belongs to. */
export type ColumnRead = ResolvedColumnTypes[keyof ColumnTypeOptions]

/** The default of every column type. */
export const defaultColumnTypes: ResolvedColumnTypes = Object.freeze({
  bigint: 'number',
  decimal: 'string',
  date: 'string',
  datetime: 'Date',
  vector: 'number[]',
  json: 'parsed',
  tinyint: 'number',
})

/** Every choice of every option, the default first. */
export const columnTypeChoices: {
  readonly [Option in keyof ColumnTypeOptions]-?: readonly ResolvedColumnTypes[Option][]
} = Object.freeze({
  bigint: ['number', 'bigint', 'string'],
  decimal: ['string', 'number'],
  date: ['string', 'Date'],
  datetime: ['Date', 'string'],
  vector: ['number[]', 'Float32Array', 'Float64Array'],
  json: ['parsed', 'string'],
  tinyint: ['number', 'boolean'],
})
