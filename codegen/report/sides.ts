/** The two sides of a report: files, databases, or both. */

/** A file or a database that was compared. */
export interface Side {
  /** `generated/db.schema.json`, `the database at 127.0.0.1:6001/shop`. */
  readonly name: string
  /** Whether the name is the path of a file. */
  readonly isFile: boolean
}

/** The sides of a report in one text: `generated/db.schema.json and generated/db.ts`. */
export function nameSides(sides: readonly Side[]): string {
  return [...new Set(sides.map(({ name }) => name))].join(' and ')
}
