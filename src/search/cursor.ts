/** Cursors of pages: opaque, versioned, and bound to the search that made them. */
import { createHash } from 'node:crypto'
import { ValueError } from '../errors.js'
import { isObject } from '../options/option-rules.js'

/** A hit that was given out: its key as text, and its distance. */
export type SeenHit = readonly [key: string, distance: number]

/** Where a page ended. */
export interface PageEnd {
  /** How many hits were given out. */
  readonly count: number
  /** The last distance, of a search that goes on from there. */
  readonly distance?: number
  /** The hits so near to that distance that the next page finds them again. */
  readonly seen?: readonly SeenHit[]
}

const VERSION = 1

/** Tells searches apart: the same table, filters and question give the same text. */
export function identify(parts: readonly unknown[]): string {
  const text = JSON.stringify(parts, (_name, value: unknown) =>
    typeof value === 'bigint'
      ? `${value}n`
      : ArrayBuffer.isView(value)
        ? [...asNumbers(value)]
        : value,
  )
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

function asNumbers(view: ArrayBufferView): Iterable<number> {
  return view instanceof Float32Array || view instanceof Float64Array
    ? view
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** Writes a cursor. */
export function writeCursor(identity: string, end: PageEnd): string {
  return Buffer.from(JSON.stringify({ version: VERSION, identity, ...end })).toString('base64url')
}

/**
 * Reads a cursor.
 *
 * @throws {ValueError} for anything that `writeCursor` has not written, and for the cursor of another search
 */
export function readCursor(call: string, cursor: string, identity: string): PageEnd {
  const found = parse(cursor)
  if (found === undefined || found['version'] !== VERSION) {
    throw new ValueError(
      `${call}().after() takes the \`next\` of a page of the same search; this is not one, or of another version. ` +
        'Start with the first page.',
    )
  }
  if (found['identity'] !== identity) {
    throw new ValueError(
      `The cursor for ${call}().after() is of another search: the table, the question or a filter differs. ` +
        'Start with the first page.',
    )
  }
  return found as unknown as PageEnd
}

function parse(cursor: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return isObject(value) && Number.isSafeInteger(value['count']) ? value : undefined
  } catch {
    return undefined
  }
}
