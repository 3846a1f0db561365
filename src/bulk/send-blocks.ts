/**
 * Sends blocks over several connections. While blocks are on their way one more is prepared and no further
 * row is read, so memory holds as many blocks as there are connections, and one.
 */
import { untilAborted } from '../connection/limits/waiting.js'
import type { Block } from './cut-blocks.js'
import type { RowRange } from './bulk-report.js'

/** A failure and its block; without one when the source failed. */
export interface BlockFailure {
  readonly error: unknown
  readonly block: RowRange | undefined
}

/**
 * Sends every block. After a failure no other block is begun, and those on their way are awaited, so that
 * their outcome is known.
 *
 * @param send settles when the block is in, or is not
 * @param signal ends the wait for a source that gives nothing
 * @returns the first failure
 */
export async function sendBlocks<Content>(
  blocks: AsyncGenerator<Block<Content>, void, undefined>,
  connections: number,
  send: (block: Block<Content>) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<BlockFailure | undefined> {
  let failure: BlockFailure | undefined
  let isEnded = false
  const read = (): Promise<IteratorResult<Block<Content>, void>> => {
    const next = blocks.next()
    // It is awaited by the next to take it, who may come late or never.
    next.catch(() => undefined)
    return next
  }
  let ahead = read()
  const take = async (): Promise<Block<Content> | undefined> => {
    if (failure !== undefined || isEnded) return undefined
    const current = ahead
    ahead = current.then((result) =>
      result.done === true || failure !== undefined ? result : read(),
    )
    ahead.catch(() => undefined)
    signal?.throwIfAborted()
    const result = await (signal === undefined ? current : untilAborted(current, signal))
    if (result.done !== true) return result.value
    isEnded = true
    return undefined
  }
  const work = async (): Promise<void> => {
    for (;;) {
      let block: Block<Content> | undefined
      try {
        block = await take()
      } catch (error) {
        failure ??= { error, block: undefined }
      }
      if (block === undefined || failure !== undefined) return
      try {
        await send(block)
      } catch (error) {
        const { first, rows } = block
        failure ??= { error, block: { first, rows } }
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  return failure
}
