/**
 * What a program of random statements must have done, kept in memory: the rows that are committed, and
 * those of the open transaction, by key.
 */
export class ProgramModel {
  /** @param {ReadonlyMap<number, number>} base the rows that were there */
  constructor(base) {
    this.base = new Map(base)
    this.committed = new Map(base)
    this.open = null
    /** Set when the transaction was ended by its own statement: nothing may be acknowledged after it. */
    this.ended = false
  }

  begin() {
    this.open = new Map(this.committed)
  }

  commit() {
    if (this.open !== null) this.committed = this.open
    this.open = null
  }

  rollback() {
    this.open = null
  }

  /** The rows that a read must show now. */
  get visible() {
    return this.open ?? this.committed
  }

  write(key, value) {
    if (value === undefined) this.visible.delete(key)
    else this.visible.set(key, value)
  }
}

/** Rows as text that can be compared. */
export function textOf(rows) {
  return JSON.stringify([...rows].toSorted(([a], [b]) => a - b))
}
