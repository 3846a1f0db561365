/**
 * Reads the past: a kysely plugin that puts MatrixOne's time hint behind every table of a SELECT.
 *
 * On the server a hint is full of traps (3.0.14, 4.1.4, 4.2.0): in UPDATE and DELETE it corrupts the
 * table, of two different hints in one statement one silently applies to all tables, a hint on a CTE
 * is ignored, a vector index answers with present rows, a full-text index with none, and a table
 * without a hint is read as of now. So this plugin refuses everything that cannot carry a hint.
 */
import {
  type CompiledQuery,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  RawNode,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import { type Instant, writeTimeHint } from '../sql/time-hint.js'
import { TimeHintTransformer } from './time-hint-transformer.js'

/**
 * Pins the reads of a Kysely to a past state; `MatrixOne` has it as `db.at(…)`.
 *
 * @throws {UnsupportedError} from queries that cannot read the past
 *
 * @example
 * const friday = db.withPlugin(new TimeTravelPlugin({ snapshot: 'friday' }))
 */
export class TimeTravelPlugin implements KyselyPlugin {
  readonly instant: Instant
  /** The text that follows each table: `{snapshot = 'friday'}`. */
  readonly hint: string

  constructor(instant: Instant) {
    this.hint = writeTimeHint(instant)
    this.instant = Object.freeze({ ...instant })
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return new TimeHintTransformer(this.hint, node).transformNode(node, queryId)
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }
}

/** The part of `Kysely` that holds its plugins. */
interface WithPlugins {
  getExecutor(): { readonly plugins: readonly KyselyPlugin[] }
}

/** The plugin that pins the reads of a Kysely, if one does. */
export function timeTravelOf(db: WithPlugins): TimeTravelPlugin | undefined {
  const plugins = db.getExecutor().plugins
  return plugins.find((plugin) => plugin instanceof TimeTravelPlugin)
}

/**
 * Refuses a compiled statement that a handle on the past did not build: the plugin never saw its
 * tables, so without their hints it would read the present, or write.
 *
 * @throws {UnsupportedError} for a write, and for a table without the hint
 */
export function assertReadsPast(db: WithPlugins, { sql, queryId }: CompiledQuery): void {
  timeTravelOf(db)?.transformQuery({ node: RawNode.createWithSql(sql), queryId })
}

/**
 * Refuses a call that acts on the present.
 *
 * @param what the subject of the message: `createTable`
 * @throws {UnsupportedError} on a handle that is pinned to the past
 */
export function refuseInPast(db: WithPlugins, what: string): void {
  const hint = timeTravelOf(db)?.hint
  if (hint === undefined) return
  throw new UnsupportedError(
    `${what} acts on the present, but this handle reads ${hint}. Call it on the database itself.`,
  )
}

/**
 * Makes the plugin for `db.at(…)`.
 *
 * @throws {UnsupportedError} when `db` is already pinned to another past state
 */
export function pinTo(db: WithPlugins, instant: Instant): TimeTravelPlugin {
  const plugin = new TimeTravelPlugin(instant)
  const pinned = timeTravelOf(db)?.hint
  if (pinned === undefined || pinned === plugin.hint) return plugin
  throw new UnsupportedError(
    `This handle reads ${pinned} and cannot read ${plugin.hint} as well: of two hints in a ` +
      'statement MatrixOne silently applies one to all tables. Call at() on the database itself.',
  )
}
