/** Every single change that can be made to a model: each must be seen by the comparison. */

/** A changed copy and where the change is. */
export interface Mutation<Value> {
  readonly path: string
  readonly value: Value
}

/** Changes each leaf, removes each optional field and each list item, one at a time. */
export function* mutations<Value>(value: Value, path = '$'): Generator<Mutation<Value>> {
  for (const { path: at, value: changed } of changesOf(value, path)) {
    yield { path: at, value: changed as Value }
  }
}

function* changesOf(value: unknown, path: string): Generator<Mutation<unknown>> {
  if (typeof value === 'string') yield { path, value: `${value}~` }
  else if (typeof value === 'number') yield { path, value: value + 1 }
  else if (Array.isArray(value)) yield* changesOfList(value, path)
  else if (typeof value === 'object' && value !== null) yield* changesOfObject(value, path)
  // `true` marks change by being removed; null (an unknown metric) by the test's own list.
}

function* changesOfList(list: readonly unknown[], path: string): Generator<Mutation<unknown>> {
  for (const [at, item] of list.entries()) {
    yield { path: `${path}[${at}] removed`, value: list.toSpliced(at, 1) }
    for (const change of changesOf(item, `${path}[${at}]`)) {
      yield { path: change.path, value: list.with(at, change.value) }
    }
  }
}

function* changesOfObject(object: object, path: string): Generator<Mutation<unknown>> {
  for (const [key, member] of Object.entries(object)) {
    if (key === 'formatVersion') continue
    if (member === true || optionalFields.has(key)) {
      yield { path: `${path}.${key} removed`, value: without(object, key) }
    }
    for (const change of changesOf(member, `${path}.${key}`)) {
      yield { path: change.path, value: withMember(object, key, change.value) }
    }
  }
}

const optionalFields = new Set(
  (
    'comment primaryKey uniqueKeys indexes vectorIndexes fulltextIndexes foreignKeys broken default ' +
    'onUpdate generated length precision scale members vector arrayOf srid algorithm prefixLengths ' +
    'include parameters onDelete database checks partitions count parts clusterBy definition source'
  ).split(' '),
)

function without(object: object, key: string): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

function withMember(object: object, key: string, member: unknown): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, name === key ? member : value]),
  )
}
