/** Checks, partitions and CLUSTER BY from the text of SHOW CREATE TABLE. */
import { sortedBy } from '../../schema/code-points.js'
import type { CheckModel, PartitionsModel } from '../../schema/schema-model.js'
import { identityOf } from '../../schema/sort-model.js'
import { inventedCheckName } from './decode-checks.js'
import { splitOutside } from './split-outside.js'

/** The checks among the items between the outermost brackets. */
export function parseShownChecks(items: readonly string[]): readonly CheckModel[] {
  const checks = items.flatMap((item) => {
    const [, quoted = '', expression = ''] =
      /^CONSTRAINT `((?:[^`]|``)+)` CHECK \(([^]*)\)$/i.exec(item) ?? []
    if (expression === '') return []
    const name = quoted.replaceAll('``', '`')
    return [Object.freeze({ ...(!inventedCheckName.test(name) && { name }), expression })]
  })
  return Object.freeze(sortedBy(checks, identityOf))
}

/** The partitions in what follows the outermost brackets; null when there are none. */
export function parseShownPartitions(rest: string): PartitionsModel | null {
  const clause =
    /(?:^|\s)partition by ([^]*?)(?: partitions (\d+)| \((partition [^]*)\))?(?: CLUSTER BY [^]*)?$/i.exec(
      withoutComment(rest).trim(),
    )
  if (clause === null) return null
  const [, by = '', count, list] = clause
  if (list === undefined) {
    return Object.freeze({ by, ...(count !== undefined && { count: Number(count) }) })
  }
  const parts = splitOutside(list, ',').map((part) => {
    const [, name = '', values = ''] = /^partition (.+?) (values [^]*)$/i.exec(part) ?? []
    return Object.freeze({ name, values })
  })
  return Object.freeze({ by, parts: Object.freeze(parts) })
}

/** The columns of CLUSTER BY in what follows the outermost brackets. */
export function parseClusterBy(rest: string): readonly string[] {
  const columns = /CLUSTER BY \(([^]*)\)$/i.exec(withoutComment(rest).trim())?.[1] ?? ''
  return [...columns.matchAll(/`((?:[^`]|``)+)`/g)].map(([, name = '']) =>
    name.replaceAll('``', '`'),
  )
}

/** A comment may hold anything. */
function withoutComment(rest: string): string {
  return rest.replace(/COMMENT='(?:[^']|'')*'/i, '')
}
