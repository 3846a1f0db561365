import type { VectorColumnValue } from '../../schema/value.js'
import type { VectorInput } from '../../types/column-types.js'
import type { AnyHandle } from '../any-query.js'
import type { Groups } from '../groups.js'
import type { SearchState } from '../searcher.js'
import type { KeyPart } from './row-of.js'
import type { VectorTarget } from './vector-target.js'

/** Whether a search uses the index: by the number of matching rows, never, or always. */
export type SearchUsing = 'auto' | 'exact' | 'index'

/** The row whose vector a search starts from. */
export interface SourceRow {
  /** As the program names it. */
  readonly table: string
  readonly key: readonly (readonly [column: string, value: KeyPart])[]
  /** Whether the row is of the table that is searched, and so left out of the hits. */
  readonly isSearched: boolean
  /** The element type of its vector; undefined without the schema value. */
  readonly element: VectorColumnValue['element'] | undefined
}

/** A vector search as it was said so far. */
export interface VectorState extends SearchState {
  readonly db: AnyHandle
  /** The table and the column as the program names them. */
  readonly table: string
  readonly column: string
  readonly target: VectorTarget
  readonly source: VectorInput | SourceRow
  readonly within: number | undefined
  /** The distance at which the hits begin, of a page. */
  readonly from?: number | undefined
  readonly using: SearchUsing
  readonly groups?: Groups | undefined
  readonly rowBudget: number
}

/** Whether a search starts from a row. */
export function isSourceRow(source: VectorInput | SourceRow): source is SourceRow {
  return 'key' in source
}
