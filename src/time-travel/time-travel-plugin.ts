/**
 * Reads the past: a kysely plugin that puts MatrixOne's time hint behind every table of a SELECT.
 *
 * On the server a hint is full of traps (3.0.14, 4.1.4, 4.2.0): in UPDATE and DELETE it corrupts the
 * table, of two different hints in one statement one silently applies to all tables, a hint on a CTE
 * is ignored, a vector index answers with present rows, a full-text index with none, and a table
 * without a hint is read as of now. So this plugin refuses everything that cannot carry a hint.
 */
import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
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
  /** The text that follows each table: `{snapshot = 'friday'}`. */
  readonly hint: string

  constructor(instant: Instant) {
    this.hint = writeTimeHint(instant)
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

/** The hint that the reads of a Kysely already carry. */
export function timeHintOf(db: WithPlugins): string | undefined {
  const plugins = db.getExecutor().plugins
  return plugins.find((plugin) => plugin instanceof TimeTravelPlugin)?.hint
}

/**
 * Makes the plugin for `db.at(…)`.
 *
 * @throws {UnsupportedError} when `db` is already pinned to another past state
 */
export function pinTo(db: WithPlugins, instant: Instant): TimeTravelPlugin {
  const plugin = new TimeTravelPlugin(instant)
  const pinned = timeHintOf(db)
  if (pinned === undefined || pinned === plugin.hint) return plugin
  throw new UnsupportedError(
    `This handle reads ${pinned} and cannot read ${plugin.hint} as well: of two hints in a ` +
      'statement MatrixOne silently applies one to all tables. Call at() on the database itself.',
  )
}
