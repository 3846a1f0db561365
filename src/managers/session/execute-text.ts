import { createQueryId, type Kysely, type QueryResult, RawNode, ValueNode } from 'kysely'
import { ValueError } from '../../errors.js'
import { analyzeSql } from '../../sql/analyze-sql.js'

/**
 * Runs SQL text with its values as kysely's `sql` would: through the handle's plugins, of which a time
 * hint refuses what it cannot pin.
 *
 * @throws {ValueError} when the numbers of placeholders and values differ
 */
export async function executeText<Row>(
  db: Kysely<unknown>,
  sql: string,
  parameters: readonly unknown[],
): Promise<QueryResult<Row>> {
  const { segments } = analyzeSql(sql)
  if (segments.length - 1 !== parameters.length) {
    throw new ValueError(
      `The statement has ${segments.length - 1} placeholders but ${parameters.length} values were passed. ` +
        'Each ? outside quotes and comments needs exactly one value.',
    )
  }
  const node = RawNode.create(
    segments,
    parameters.map((value) => ValueNode.create(value)),
  )
  const executor = db.getExecutor()
  const queryId = createQueryId()
  return executor.executeQuery<Row>(
    executor.compileQuery(executor.transformQuery(node, queryId), queryId),
  )
}
