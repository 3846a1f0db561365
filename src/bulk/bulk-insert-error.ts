import { LoadDataError } from '../errors.js'
import { asSentence, detailsOf, messageOf } from '../server/rewrap-error.js'
import { type BulkReport, type RowRange, showRange } from './bulk-report.js'

/**
 * A bulk insert stopped. `report` says which rows are in; `cause` is the failure: the server's error, what
 * the source threw, or the reason of the aborted signal.
 */
export class BulkInsertError extends LoadDataError {
  readonly report: BulkReport

  /** @param block the block that failed; undefined when the source did */
  constructor(table: string, failure: unknown, report: BulkReport, block?: RowRange) {
    super(
      `bulkInsert into ${table} stopped${block === undefined ? '' : ` at ${showRange(block)}`}: ` +
        `${asSentence(messageOf(failure))} ${progressOf(report)}`,
      detailsOf(failure),
    )
    this.report = report
  }
}

function progressOf({ rowsInserted, uncertain, resumeFrom }: BulkReport): string {
  const doubt =
    uncertain.length === 0 ? '' : ` Of ${uncertain.map(showRange).join(', ')} nothing is known.`
  if (rowsInserted === 0 && resumeFrom === 0) return `No row is known to be in.${doubt}`
  return (
    `${rowsInserted} rows are in (see report).${doubt} To go on, call it again with the same rows and ` +
    'resume: error.report.'
  )
}
