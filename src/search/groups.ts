/** At most so many hits of each group: of one author, one document, one place. */
import { sql, type SqlBool } from 'kysely'
import { checkOptions } from '../options/check-options.js'
import { filledText, integer, type OptionRules, required } from '../options/option-rules.js'
import type { AnyHandle, AnyQuery } from './any-query.js'
import { columnOf, keep, rankBy } from './hits-table.js'

/** Options of `groups`. */
export interface GroupOptions<Column extends string> {
  /** The column whose values make the groups; rows without a value are one group. */
  readonly by: Column
  /** Hits of a group at most. */
  readonly each: number
  /**
   * How many of the nearest rows a vector search looks at before it looks at all of them; ten times the
   * limit unless set, and at least 200.
   */
  readonly window?: number
}

/** Groups as they were said: the window is chosen when the limit is known. */
export type Groups = GroupOptions<string>

const RULES: OptionRules<Groups> = {
  by: required(filledText),
  each: required(integer(1)),
  window: integer(1),
}

/** @throws {ValueError} for an option that `groups` does not have, or a value that it cannot be */
export function checkGroups(options: Groups): Groups {
  checkOptions('groups', RULES, options)
  return Object.freeze({ ...options })
}

/** A limit beyond any table, for an exact search: without a limit it could not be told to be exact. */
export const ALL_ROWS = 2 ** 32 - 1

/** The nearest rows to look at for so many hits. */
export function windowOf({ window }: Groups, limit: number): number {
  return window ?? Math.max(200, 10 * limit)
}

/** The hidden name of the column that makes the groups, of which `selectKey` takes the beginning. */
export const GROUP = 'hit_group_'

/** The parts of a table of grouped hits. */
export interface GroupsOf {
  /** The hits, with `rank`. */
  readonly hits: AnyQuery
  /** The columns that the program sees. */
  readonly kept: readonly string[]
  /** The column of the hits that makes the groups. */
  readonly by: string
  readonly each: number
  readonly limit: number
}

/**
 * Cuts a table of hits to so many of each group, and ranks them again.
 *
 * ```sql
 * select `g`.`title`, `g`.`distance`, cast(row_number() over (order by `g`.`rank`) as int) as `rank`
 * from (select `h`.*, row_number() over (partition by `h`.`author_id` order by `h`.`rank`) as `hit_turn` from (…) as `h`) as `g`
 * where `g`.`hit_turn` <= 2 order by `g`.`rank` limit 10
 * ```
 */
export function cutGroups(db: AnyHandle, { hits, kept, by, each, limit }: GroupsOf): AnyQuery {
  const turn = sql`row_number() over (partition by ${columnOf('h', by)} order by ${columnOf('h', 'rank')})`
  const turns = db
    .selectFrom(hits.as('h'))
    .select([...kept, 'rank'].map((name) => keep('h', name)))
    .select(turn.as('hit_turn'))
  return db
    .selectFrom(turns.as('g'))
    .select([...kept.map((name) => keep('g', name)), rankBy([columnOf('g', 'rank')]).as('rank')])
    .where(sql<SqlBool>`${columnOf('g', 'hit_turn')} <= ${each}`)
    .orderBy(columnOf('g', 'rank'))
    .limit(limit) as unknown as AnyQuery
}
