import type { Block, BlockWriter } from '../../bulk/cut-blocks.js'
import type { KeyConflict } from './load-with-key-check.js'

/** Table and columns of a bulk insert, and its treatment of keys. */
export interface BulkTarget {
  /** As the handle names it. */
  readonly table: string
  /** As the rows name them. */
  readonly columns: readonly string[]
  readonly onConflict: KeyConflict
  readonly keys: 'check' | 'trust'
}

/** How blocks are written and sent. */
export interface BlockPlan<Content> {
  readonly writer: BlockWriter<Content>
  /** The most rows of a block. */
  readonly maxRows: number
  readonly checksKeys: boolean
  /** Sends a block, whole or not at all, and returns the number of rows that were written. */
  send(block: Block<Content>): Promise<number>
}
