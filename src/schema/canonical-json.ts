/**
 * JSON with sorted object keys (`name` first, where people look) and without undefined members:
 * equal values have equal texts, whatever order they were built in.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    let items = ''
    for (const item of value as readonly unknown[]) {
      items += items === '' ? canonicalJson(item) : `,${canonicalJson(item)}`
    }
    return `[${items}]`
  }
  const object = value as Readonly<Record<string, unknown>>
  const known = frozenTexts.get(object)
  if (known !== undefined) return known
  let members = ''
  for (const key of sortedKeys(object)) {
    if (members !== '') members += ','
    members += `${JSON.stringify(key)}:${canonicalJson(object[key])}`
  }
  const text = `{${members}}`
  if (Object.isFrozen(object)) frozenTexts.set(object, text)
  return text
}

/** Column types are frozen through and through, and one stands for thousands of columns. */
const frozenTexts = new WeakMap<object, string>()

/** The keys of an object that have a value, `name` first, then in code-unit order. */
export function sortedKeys(object: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(object)
  let inOrder = true
  for (let at = 0; at < keys.length; at++) {
    if (object[keys[at] ?? ''] === undefined) return sortedKeys(withoutUndefined(object))
    if (at > 0 && compareKeys(keys[at - 1] ?? '', keys[at] ?? '') > 0) inOrder = false
  }
  return inOrder ? keys : keys.sort(compareKeys)
}

function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  if (a === 'name') return -1
  if (b === 'name') return 1
  return a < b ? -1 : 1
}

function withoutUndefined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined))
}
