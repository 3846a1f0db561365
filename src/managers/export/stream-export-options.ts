import type { RowFormat } from '../../bulk/row-lines.js'
import type { ExportProgress } from '../../bulk/stream-export-error.js'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { abortSignal, callable, flag, oneOf, type OptionRules } from '../../options/option-rules.js'

/** The format of an export to a stream, and its limits. */
export interface StreamExportOptions {
  /** `'csv'` (default) carries every type but long decimals; `'jsonLines'` no bytes. */
  readonly format?: RowFormat
  /** Whether the first line of CSV holds the column names; default true. */
  readonly header?: boolean
  /** Whether the stream is ended afterwards, or destroyed after an error; default true. */
  readonly end?: boolean
  /** Called after each chunk that the stream has taken. */
  readonly progress?: (progress: ExportProgress) => void
  /** Ends the query and the export when it is aborted. */
  readonly signal?: AbortSignal
}

const RULES: OptionRules<StreamExportOptions> = {
  format: oneOf('csv', 'jsonLines'),
  header: flag,
  end: flag,
  progress: callable,
  signal: abortSignal,
}

/** @throws {ValueError} for unknown options, and a header of JSON lines */
export function checkStreamOptions(options: StreamExportOptions): void {
  checkOptions('export.toStream', RULES, options)
  if (options.format !== 'jsonLines' || options.header === undefined) return
  throw new ValueError('JSON lines have no header: every line has the names. Leave header out.')
}
