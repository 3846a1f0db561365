/**
 * The names that kysely's CamelCasePlugin gives, written here because loading kysely takes
 * longer than all the rest of a run; a test compares them with the plugin's.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'

/** The plugin's options; false when absent, as there. */
export interface CamelCaseOptions {
  /** Of the plugin only: it decides about keys inside JSON, and about no name. */
  readonly maintainNestedObjectKeys?: boolean
  readonly upperCase?: boolean
  readonly underscoreBeforeDigits?: boolean
  readonly underscoreBetweenUppercaseLetters?: boolean
}

/** `blog_post` → `blogPost`: the name that a program uses. */
export function toCamelCase(name: string, { upperCase = false }: CamelCaseOptions = {}): string {
  const from = upperCase && name !== '' && isUpperSnakeCase(name) ? name.toLowerCase() : name
  let camel = from.charAt(0)
  for (let at = 1; at < from.length; at++) {
    const character = from.charAt(at)
    if (character === '_') continue
    camel += from.charAt(at - 1) === '_' ? character.toUpperCase() : character
  }
  return camel
}

/** From the second character on and unit by unit, as the plugin looks: half a letter has no capital. */
function isUpperSnakeCase(name: string): boolean {
  for (let at = 1; at < name.length; at++) {
    const character = name.charAt(at)
    if (character !== character.toUpperCase()) return false
  }
  return true
}

/** `blogPost` → `blog_post`: the name that the plugin sends. */
export function toSnakeCase(name: string, options: CamelCaseOptions = {}): string {
  const { underscoreBeforeDigits = false, underscoreBetweenUppercaseLetters = false } = options
  let snake = name.toLowerCase().charAt(0)
  for (let at = 1; at < name.length; at++) {
    const character = name.charAt(at)
    if (underscoreBeforeDigits && startsNumber(name, at) && !snake.endsWith('_')) {
      snake += `_${character}`
    } else if (isUpperCase(name, at)) {
      const isApart = underscoreBetweenUppercaseLetters || !isUpperCase(name, at - 1)
      snake += (isApart ? '_' : '') + name.toLowerCase().charAt(at)
    } else snake += character
  }
  return options.upperCase ? snake.toUpperCase() : snake
}

function startsNumber(name: string, at: number): boolean {
  return /\d/.test(name.charAt(at)) && !/\d/.test(name.charAt(at - 1))
}

/** By the characters of the whole name, as the plugin does: `İ` in lower case has two. */
function isUpperCase(name: string, at: number): boolean {
  const upper = name.toUpperCase().charAt(at)
  return name.charAt(at) === upper && upper !== name.toLowerCase().charAt(at)
}

/**
 * Refuses a schema with names that the plugin cannot carry: sent again, they would be others
 * (`userID` as `user_id`, `line_1` as `line1` without `underscoreBeforeDigits`).
 *
 * @throws {ConfigurationError} naming all of them
 */
export function refuseUncarried(
  { databases }: SchemaModel,
  camelCase: boolean | CamelCaseOptions,
): void {
  if (camelCase === false) return
  const options = optionsOf(camelCase)
  const isCarried = (name: string): boolean =>
    toSnakeCase(toCamelCase(name, options), options) === name
  const lost = databases.flatMap(({ name: database, tables }) => [
    // An only database is not named.
    ...(databases.length < 2 || isCarried(database ?? '') ? [] : [`database ${database ?? ''}`]),
    ...tables.flatMap(({ name, columns }) => [
      ...(isCarried(name) ? [] : [`table ${name}`]),
      ...columns.flatMap((column) =>
        isCarried(column.name) ? [] : [`column ${name}.${column.name}`],
      ),
    ]),
  ])
  if (lost.length === 0) return
  const shown = lost.slice(0, 20).join(', ')
  const more = lost.length > 20 ? ` and ${lost.length - 20} more` : ''
  throw new ConfigurationError(
    `camelCase cannot be used: kysely's CamelCasePlugin would send other names for ${shown}${more}.\n` +
      'Rename them, leave their tables out with exclude, or do without camelCase and the plugin.',
  )
}

/** Makes the function that gives a name of the database as the types have it. */
export function nameMapper(camelCase: boolean | CamelCaseOptions): (name: string) => string {
  if (camelCase === false) return (name) => name
  const options = optionsOf(camelCase)
  return (name) => toCamelCase(name, options)
}

function optionsOf(camelCase: true | CamelCaseOptions): CamelCaseOptions {
  return camelCase === true ? {} : camelCase
}
