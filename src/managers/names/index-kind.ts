import { quoteIdentifier } from '../../sql/identifiers.js'
import type { DroppableKind } from './named-objects.js'
import { quoteTable } from './names.js'

/** Parts of a kind that the indexes of one table share; they are listed in the catalog's order. */
export function indexKind(
  manager: string,
  title: string,
  table: string,
): Omit<DroppableKind<{ readonly name: string }>, 'ErrorClass' | 'read'> {
  return {
    manager,
    title,
    place: ` on ${table}`,
    toStored: (name) => name,
    nameOf: ({ name }) => name,
    compare: () => 0,
    missing: (all) =>
      all.length === 0
        ? 'The table has none.'
        : `The table has ${all.map(({ name }) => name).join(', ')}.`,
    drop: {
      // DROP INDEX has no IF EXISTS on 3.0, and would drop an index of another kind.
      looksFirst: 'always',
      write: (name) => `drop index ${quoteIdentifier(name)} on ${quoteTable(table)}`,
    },
  }
}
