/** Filters of records in memory: what MatrixOne has to find. */

export type Plain = Readonly<Record<string, unknown>>

/** Whether a filter without mistakes holds for a row. */
export function matchesFilter(filter: Plain, row: Plain): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === '$and') return (value as Plain[]).every((each) => matchesFilter(each, row))
    if (name === '$or') return (value as Plain[]).some((each) => matchesFilter(each, row))
    const isConditions = typeof value === 'object' && value !== null
    const conditions = isConditions ? (value as Plain) : { $eq: value }
    return Object.entries(conditions).every(([operator, other]) =>
      compares(operator, row[name] ?? null, other),
    )
  })
}

function compares(operator: string, own: unknown, other: unknown): boolean {
  const isSame = typeof own === typeof other
  switch (operator) {
    case '$eq':
      return own === other
    case '$ne':
      return own !== other
    case '$in':
      return (other as unknown[]).includes(own)
    case '$nin':
      return !(other as unknown[]).includes(own)
    case '$exists':
      return (own !== null) === other
    case '$gt':
      return isSame && (own as number) > (other as number)
    case '$gte':
      return isSame && (own as number) >= (other as number)
    case '$lt':
      return isSame && (own as number) < (other as number)
    case '$lte':
      return isSame && (own as number) <= (other as number)
    default:
      throw new Error(operator)
  }
}
