/**
 * JSON with sorted object keys (`name` first, where people look) and without undefined members:
 * equal values have equal texts, whatever order they were built in.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  let members = ''
  for (const key of sortedKeys(value)) {
    const member: unknown = Reflect.get(value, key)
    if (members !== '') members += ','
    members += `${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

/** The keys of an object that have a value, `name` first, then in code-unit order. */
export function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value).filter((key) => Reflect.get(value, key) !== undefined)
  return keys.sort((a, b) => (a === 'name' ? -1 : b === 'name' ? 1 : a < b ? -1 : 1))
}
