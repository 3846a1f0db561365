/**
 * Differences that come from the version of a server and not from its schema. The model has one spelling of
 * types, defaults, index kinds and queries already, whatever the version; what is left here is what a
 * version does not keep at all.
 */
import {
  type IndexModel,
  parseServerVersion,
  type SchemaModel,
  type ServerVersion,
  type TableModel,
  type VectorIndexModel,
} from 'kysely-matrixone/schema'
import type { NormalizationName, NormalizeOption } from '../config/normalization-names.js'

interface Normalization {
  /** The versions of MatrixOne that it is for. */
  readonly isFor: (release: Release) => boolean
  /** Leaves out what these versions do not keep. */
  readonly change: (table: TableModel) => TableModel
}

type Release = NonNullable<ServerVersion['release']>

const isBefore42 = ([major, minor]: Release): boolean => major < 4 || (major === 4 && minor < 2)

/** Each was found by comparing the same statements on two servers. */
const normalizations: { readonly [Name in NormalizationName]: Normalization } = {
  // `key (body(10))` is `key (body)` in the catalog and in SHOW CREATE TABLE of 3.0.14.
  'index-prefix-lengths': {
    isFor: ([major]) => major < 4,
    change: (table) => ({
      ...table,
      ...(table.indexes && { indexes: table.indexes.map(withoutPrefixLengths) }),
      ...(table.uniqueKeys && { uniqueKeys: table.uniqueKeys.map(withoutPrefixLengths) }),
    }),
  },
  // CREATE TABLE with a CHECK succeeds on 3.0.14 and 4.1.4, which keep nothing of it.
  checks: { isFor: isBefore42, change: ({ checks: _checks, ...table }) => table },
  // So does CREATE INDEX with INCLUDE or QUANTIZATION on 4.1.4.
  'vector-index-options': {
    isFor: isBefore42,
    change: (table) => ({
      ...table,
      ...(table.vectorIndexes && { vectorIndexes: table.vectorIndexes.map(withoutOptions) }),
    }),
  },
}

/**
 * Makes the function that leaves out of both sides of a comparison what one of the servers does not keep.
 *
 * @param versions of the servers that were read: `8.0.30-MatrixOne-v4.2.0`; undefined for a file
 */
export function normalizerFor(
  versions: readonly (string | undefined)[],
  option: NormalizeOption,
): (model: SchemaModel) => SchemaModel {
  const releases = versions.flatMap((version) => {
    const { release } = parseServerVersion(version ?? '')
    return release === null ? [] : [release]
  })
  const changes = Object.entries(normalizations).flatMap(([name, { isFor, change }]) =>
    isOn(name as NormalizationName, option) && releases.some(isFor) ? [change] : [],
  )
  if (changes.length === 0) return (model) => model
  return (model) => ({
    ...model,
    databases: model.databases.map((database) => ({
      ...database,
      tables: database.tables.map((table) =>
        changes.reduce((changed, change) => change(changed), table),
      ),
    })),
  })
}

function isOn(name: NormalizationName, option: NormalizeOption): boolean {
  return typeof option === 'boolean' ? option : option[name] !== false
}

function withoutPrefixLengths({ prefixLengths: _lengths, ...index }: IndexModel): IndexModel {
  return index
}

function withoutOptions({
  include: _include,
  parameters,
  ...index
}: VectorIndexModel): VectorIndexModel {
  if (parameters === undefined) return index
  const { quantization: _quantization, ...kept } = parameters
  return { ...index, parameters: kept }
}
