/** Options of each query that keep those of the user's pool from having an effect on its values. */

/** Query options that make mysql2 return plain values in plain rows. */
const plainOptions = Object.freeze({
  // null, not []: with an array mysql2 searches the whole text for placeholders again.
  values: null,
  rowsAsArray: false,
  nestTables: false,
  namedPlaceholders: false,
  typeCast: true,
})

const passOnOptions = Object.freeze({
  ...plainOptions,
  // mysql2 takes the pool's function when the query has none of its own.
  typeCast: (_field: unknown, next: () => unknown): unknown => next(),
})

/**
 * The options that every query needs besides `sql`, so that the pool's own `typeCast`,
 * `rowsAsArray`, `nestTables` and `namedPlaceholders` have no effect; null when the pool has none of
 * them, because options cost every query. (A pool's `queryFormat` cannot be overruled by a query.)
 *
 * @param config the options of mysql2's connection
 */
export function wireQueryOptions(config: {
  readonly typeCast?: unknown
  readonly rowsAsArray?: unknown
  readonly nestTables?: unknown
  readonly namedPlaceholders?: unknown
}): typeof plainOptions | typeof passOnOptions | null {
  if (typeof config.typeCast === 'function') return passOnOptions
  const isPlain =
    config.typeCast !== false &&
    !config.rowsAsArray &&
    !config.nestTables &&
    !config.namedPlaceholders
  return isPlain ? null : plainOptions
}

const binaryOptions = Object.freeze({
  rowsAsArray: false,
  nestTables: false,
  namedPlaceholders: false,
  typeCast: true,
  // A bigint arrives as a number where that is exact, otherwise as text.
  supportBigNumbers: true,
  bigNumberStrings: false,
  dateStrings: true,
})

const binaryPassOnOptions = Object.freeze({
  ...binaryOptions,
  typeCast: passOnOptions.typeCast,
})

/**
 * The options of a prepared statement, so that those of the pool have no effect.
 *
 * @param config the options of mysql2's connection
 */
export function binaryQueryOptions(config: {
  readonly typeCast?: unknown
}): typeof binaryOptions | typeof binaryPassOnOptions {
  return typeof config.typeCast === 'function' ? binaryPassOnOptions : binaryOptions
}
