import type { Kysely } from 'kysely'

/**
 * The method by which a handle of this library gives up its plugins, the time hint included; its
 * public `withoutPlugins` keeps that one, because a handle on the past must never read the present.
 */
export const withoutAnyPlugin: unique symbol = Symbol('withoutAnyPlugin')

interface Pinnable extends Kysely<unknown> {
  [withoutAnyPlugin]?(): Kysely<unknown>
}

/** A handle on the same connections that reads the present, for statements that write hints of their own. */
export function presentHandle(db: Pinnable): Kysely<unknown> {
  return db[withoutAnyPlugin]?.() ?? db.withoutPlugins()
}
