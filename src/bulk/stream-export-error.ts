import { ExportError } from '../errors.js'
import { asSentence, detailsOf, messageOf } from '../server/rewrap-error.js'

/** How much of an export the stream has taken. */
export interface ExportProgress {
  readonly rows: number
  readonly bytes: number
}

/**
 * An export to a stream stopped. `rows` and `bytes` say how much the stream had taken, which is not a whole
 * export; `cause` is the failure: the server's or the stream's error, or the reason of the aborted signal.
 */
export class StreamExportError extends ExportError implements ExportProgress {
  readonly rows: number
  readonly bytes: number

  constructor(failure: unknown, { rows, bytes }: ExportProgress) {
    super(
      `The export stopped after ${rows} rows (${bytes} bytes): ${asSentence(messageOf(failure))} What was written is not whole; ` +
        'export it again.',
      detailsOf(failure),
    )
    this.rows = rows
    this.bytes = bytes
  }
}
