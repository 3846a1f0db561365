/**
 * Glob patterns over names: those of kysely-codegen, by the library that it uses too. `*` any text, `?`
 * one character, `{a,b}` alternatives, `[a-z]` and `[!a-z]` characters, `!(a|b)` anything but; upper and
 * lower case are the same.
 */
import { createRequire } from 'node:module'

/** By require, and for globs only: it would be a sixth of the code that every run loads. */
const require = createRequire(import.meta.url)

/** Whether a pattern has special characters, so that it may match several names. */
export function isGlob(pattern: string): boolean {
  return /[*?{}[\]()!\\]/.test(pattern)
}

/** A table's name is not a path: `*` matches `/` and a leading dot too. */
const globOptions = { nocase: true, bash: true, dot: true, posix: true, debug: true, flags: 'is' }

/** Makes the function that says whether a pattern matches a name; it matches itself, too. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const literal = pattern.toLowerCase()
  const isLiteral = (text: string): boolean => text.toLowerCase() === literal
  if (!isGlob(pattern)) return isLiteral
  const picomatch = require('picomatch') as typeof import('picomatch')
  try {
    const expression = picomatch.makeRe(pattern, globOptions)
    return (text) => expression.test(text) || isLiteral(text)
  } catch {
    // `[z-a]` is not a range: taken literally.
    return isLiteral
  }
}
