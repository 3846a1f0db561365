import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** `order_items` → `order_item`, `people` → `person`, `news` → `news`: the last word in the singular. */
export function singularOf(words: string): string {
  // A CommonJS package, loaded only where it is asked for.
  const { singular } = require('pluralize') as { readonly singular: (word: string) => string }
  const [, before = '', last = ''] = /^(.*[^A-Za-z])?([A-Za-z]+)$/s.exec(words) ?? []
  return last === '' ? words : before + singularLast(last, singular)
}

/** `OrderItems` → `OrderItem`: pluralize keeps the case of whole words only. */
function singularLast(last: string, singular: (word: string) => string): string {
  const at = Math.max(0, last.search(/[A-Z][a-z]*$/))
  const word = last.slice(at)
  // Nothing is left of `s`.
  return last.slice(0, at) + (singular(word) || word)
}
