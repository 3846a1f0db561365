import type { KyselyPlugin, PluginTransformQueryArgs, RootOperationNode } from 'kysely'
import { bindStatementOptions, type StatementOptions } from '../sql/statement-options.js'

type Result = ReturnType<KyselyPlugin['transformResult']>

/**
 * Gives options to every query of a handle. kysely has no room for them on its builders, so they
 * travel by the query's id; the node stays as it is.
 */
export class StatementOptionsPlugin implements KyselyPlugin {
  readonly options: StatementOptions

  constructor(options: StatementOptions) {
    this.options = Object.freeze({ ...options })
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    bindStatementOptions(queryId, this.options)
    return node
  }

  async transformResult({ result }: { readonly result: Awaited<Result> }): Result {
    return result
  }
}

/** The options that a handle with these plugins gives; undefined for none. The last one wins. */
export function optionsOfPlugins(plugins: readonly KyselyPlugin[]): StatementOptions | undefined {
  let options: StatementOptions | undefined
  for (const plugin of plugins) {
    if (plugin instanceof StatementOptionsPlugin) options = { ...options, ...plugin.options }
  }
  return options
}
