/**
 * What a column reads as, decided once: the same object goes into `new MatrixOne({ types })` and
 * into `mo-codegen.config`, so the generated types and the run-time values cannot disagree.
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
}

/** The choice made for every column type. */
export type ResolvedColumnTypes = Required<ColumnTypeOptions>

/** What columns read as when nothing is declared. */
export const defaultColumnTypes: ResolvedColumnTypes = Object.freeze({
  bigint: 'number',
  decimal: 'string',
  date: 'string',
  datetime: 'Date',
  vector: 'number[]',
  json: 'parsed',
})
