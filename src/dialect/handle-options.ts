/**
 * Options that a handle made by `withDeadline` or `withLogMode` gives to the statements started from
 * it. A plugin keeps them, which every handle derived from it has too.
 */
import type { Compilable, CompiledQuery, KyselyPlugin } from 'kysely'
import type { Deadline } from '../connection/limits/deadline.js'
import { bindStatementOptions } from '../sql/statement-options.js'
import { optionsOfPlugins, StatementOptionsPlugin } from './statement-options-plugin.js'

/** Every Kysely and Transaction, whatever its tables. */
interface WithPlugins {
  getExecutor(): { readonly plugins: readonly KyselyPlugin[] }
}

/** The deadline of a transaction that is started from this handle. */
export function deadlineOf(db: WithPlugins): Deadline | undefined {
  const options = optionsOfPlugins(db.getExecutor().plugins)
  if (options?.timeout === undefined && options?.signal === undefined) return undefined
  return { timeout: options.timeout, signal: options.signal }
}

/** Gives the options of the handle to a query that was built or compiled elsewhere. */
export function bindOptions<R>(
  db: WithPlugins,
  query: CompiledQuery<R> | Compilable<R>,
): CompiledQuery<R> | Compilable<R> {
  const options = optionsOfPlugins(db.getExecutor().plugins)
  if (options === undefined) return query
  const compiled = 'compile' in query ? query.compile() : query
  bindStatementOptions(compiled.queryId, options)
  return compiled
}

/** Managers send their statements past the plugins, but not past the options of the handle. */
export function keepOptions<Handle extends object>(
  db: WithPlugins,
  bare: Handle & { withPlugin(plugin: KyselyPlugin): unknown },
): Handle {
  const options = optionsOfPlugins(db.getExecutor().plugins)
  return options === undefined
    ? bare
    : (bare.withPlugin(new StatementOptionsPlugin(options)) as Handle)
}
