/**
 * List, get, exists, drop and reading back for all managers of named objects. A kind of object says
 * how all of them are read and how one is dropped; the rest follows.
 */
import { checkOptions } from '../../options/check-options.js'
import { flag, type OptionRules } from '../../options/option-rules.js'
import type { MatrixOneErrorClass } from '../../server/rewrap-error.js'
import { executeSql, type ManagerDb, pinConnection } from '../statement/execute.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type { DropOptions } from './drop-options.js'
import { checkName, type NameKind, quoteCheckedName, sameName } from './names.js'

/** A kind of object: snapshots, users, the vector indexes of one table. */
export interface NamedKind<T> {
  /** The manager, for messages: `snapshots`. */
  readonly manager: string
  /** As messages name one of them: `snapshot`. */
  readonly title: string
  /** Where it is, behind its name in messages: ` on articles`. */
  readonly place?: string
  readonly ErrorClass: MatrixOneErrorClass
  /**
   * Reads all of them.
   *
   * @param only the stored name of a single wanted object, where the server can be asked for it
   */
  readonly read: (db: ManagerDb, only?: string) => Promise<readonly T[]>
  /**
   * The name as the server stores it.
   *
   * @throws {ValueError} for a name that no such object can have
   */
  readonly toStored: (name: string) => string
  readonly nameOf: (object: T) => string | null
  /** Order of the list; by name when absent. */
  readonly compare?: (left: T, right: T) => number
  /** Tells where to look, in a sentence behind `There is no snapshot friday.` */
  readonly missing: (all: readonly T[]) => string
}

/** A kind of object with a DROP statement. */
export interface DroppableKind<T> extends NamedKind<T> {
  readonly drop: DropRule
}

interface DropRule {
  /** `DROP STAGE` where MatrixOne refuses it in a transaction, undefined elsewhere. */
  readonly refusedInTransaction?: string
  /** When the object is looked for first, because the server does not know IF EXISTS. */
  readonly looksFirst: 'never' | 'ifExists' | 'always'
  /** Writes the statement; `ifExists` is `if exists ` or nothing. */
  readonly write: (stored: string, ifExists: string) => string
}

/** The objects of one kind, as one database or transaction sees them. */
export class NamedObjects<T> {
  readonly #db: ManagerDb
  readonly #kind: NamedKind<T>

  constructor(db: ManagerDb, kind: NamedKind<T>) {
    this.#db = db
    this.#kind = kind
  }

  async list(): Promise<readonly T[]> {
    const { compare, nameOf } = this.#kind
    const byName = (left: T, right: T): number =>
      String(nameOf(left)) < String(nameOf(right)) ? -1 : 1
    return Object.freeze((await this.#kind.read(this.#db)).toSorted(compare ?? byName))
  }

  async get(name: string): Promise<T> {
    const { found, all } = await lookUp(this.#db, this.#kind, name)
    return found ?? refuse(this.#kind, name, all)
  }

  async exists(name: string): Promise<boolean> {
    return (await lookUp(this.#db, this.#kind, name)).found !== undefined
  }

  /**
   * Writes and reads the object back on one connection.
   *
   * @param what the action as an infinitive: `create snapshot friday`
   */
  async write(name: string, what: string, send: (one: ManagerDb) => Promise<unknown>): Promise<T> {
    return wrapError(this.#kind.ErrorClass, what, () =>
      pinConnection(this.#db, async (one) => {
        await send(one)
        return new NamedObjects(one, this.#kind).get(name)
      }),
    )
  }
}

const DROP: OptionRules<DropOptions> = { ifExists: flag }

/** Drops one of them. */
export async function dropNamed<T>(
  db: ManagerDb,
  kind: DroppableKind<T>,
  name: string,
  options: DropOptions = {},
): Promise<void> {
  checkOptions(`${kind.manager}.drop`, DROP, options)
  const { ifExists = false } = options
  const { title, place = '', ErrorClass, drop, toStored, nameOf } = kind
  if (drop.refusedInTransaction !== undefined) refuseInTransaction(db, drop.refusedInTransaction)
  let stored = toStored(name)
  if (drop.looksFirst === 'always' || (ifExists && drop.looksFirst === 'ifExists')) {
    const { found, all } = await lookUp(db, kind, name)
    if (found === undefined && ifExists) return
    stored = nameOf(found ?? refuse(kind, name, all)) ?? stored
  }
  const clause = ifExists && drop.looksFirst === 'never' ? 'if exists ' : ''
  await wrapError(ErrorClass, `drop ${title} ${name}${place}`, () =>
    executeSql(db, drop.write(stored, clause)),
  )
}

async function lookUp<T>(
  db: ManagerDb,
  { toStored, read, nameOf }: NamedKind<T>,
  name: string,
): Promise<{ readonly found: T | undefined; readonly all: readonly T[] }> {
  const stored = toStored(name)
  const all = await read(db, stored)
  return { found: all.find((object) => sameName(nameOf(object), stored)), all }
}

function refuse<T>(
  { title, place = '', ErrorClass, missing }: NamedKind<T>,
  name: string,
  all: readonly T[],
): never {
  throw new ErrorClass(`There is no ${title} ${name}${place}. ${missing(all)}`, {})
}

/** Parts of a kind whose names the client checks, and that DROP … IF EXISTS drops outside transactions. */
export function checkedNames(
  kind: NameKind,
  manager: string,
): Omit<DroppableKind<{ readonly name: string }>, 'ErrorClass' | 'read'> {
  return {
    manager,
    title: kind,
    missing: () => `db.${manager}.list() lists those of this account.`,
    toStored: (name) => checkName(kind, name),
    nameOf: ({ name }) => name,
    drop: {
      refusedInTransaction: `DROP ${kind.toUpperCase()}`,
      looksFirst: 'never',
      write: (stored, ifExists) => `drop ${kind} ${ifExists}${quoteCheckedName(kind, stored)}`,
    },
  }
}
