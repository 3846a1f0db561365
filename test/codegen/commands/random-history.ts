/**
 * Random histories of one table, its view, its parent and its child: steps of DDL that change the
 * schema, undo an earlier change, or leave everything as it was.
 */
import { type Abilities, type Random, randomPair } from '../../schema/severity/random-pairs.js'
import type { Differences } from '../../support/differences.js'

type HistoryAbilities = Abilities & Pick<Differences, 'columnDropKeepsForeignKey'>

/** The difference to a table as it was made; equal states are one schema. */
interface State {
  /** The DDL that the table, its parent and its view were made by; undefined once they are dropped. */
  readonly made: readonly string[] | undefined
  readonly extra: boolean
  readonly note: number
  readonly comment: string
  readonly index: boolean
  readonly unique: boolean
  readonly filter: number
}

/** One table with its view `v` and its parent `p`, and a child `c` with a composite foreign key. */
export class History {
  readonly table: string
  readonly #random: Random
  readonly #can: HistoryAbilities
  readonly #first: readonly string[]
  #before: State
  #state: State
  #hadKey = true
  #hasKey = true
  #log: string[] = []

  constructor(table: string, random: Random, can: HistoryAbilities) {
    this.table = table
    this.#random = random
    this.#can = can
    this.#first = randomPair(random, table, can).before
    this.#state = asMade(this.#first)
    this.#before = this.#state
  }

  /** The DDL of the beginning. */
  get opening(): readonly string[] {
    return [
      ...this.#first,
      `create table ${this.table}c (a int, b int, ${this.#foreignKey(['b', 'a'], ['y', 'x'])})`,
    ]
  }

  /** Whether the table, its parent or its view differ from when `begin` was called. */
  get isChanged(): boolean {
    return JSON.stringify(this.#state) !== JSON.stringify(this.#before)
  }

  /** The same of the child. */
  get isChildChanged(): boolean {
    return this.#hasKey !== this.#hadKey
  }

  /** The statements since `begin` was called. */
  get log(): string {
    return this.#log.join('; ')
  }

  begin(): void {
    this.#before = this.#state
    this.#hadKey = this.#hasKey
    this.#log = []
  }

  /**
   * Takes one step. A step whose first statement the server refuses is left out.
   *
   * @param send resolves to false when the server refuses the statement
   */
  async step(send: (statement: string) => Promise<boolean>): Promise<void> {
    const chosen = this.#chooseStep()
    for (const [at, statement] of chosen.statements.entries()) {
      const isDone = await send(statement)
      if (!isDone && at === 0) return
      if (!isDone) throw new Error(`${this.log}; ${statement}: half of a step was refused`)
      this.#log.push(statement)
    }
    this.#state = chosen.state
    this.#hasKey = chosen.hasKey ?? this.#hasKey
  }

  #chooseStep(): Step {
    const { made } = this.#state
    const kind = this.#random(made === undefined ? 5 : 12)
    if (kind <= 1) return this.#childStep()
    if (made === undefined) return { statements: this.#first, state: asMade(this.#first) }
    if (kind <= 4) return this.#neutralStep(made)
    if (kind === 5) return this.#remakeStep()
    return this.#toggleStep(made)
  }

  #childStep(): Step {
    const { table } = this
    const drop = `alter table ${table}c drop foreign key ${table}fk`
    const add = `alter table ${table}c add ${this.#foreignKey(['b', 'a'], ['y', 'x'])}`
    const reversed = `alter table ${table}c add ${this.#foreignKey(['a', 'b'], ['x', 'y'])}`
    const state = this.#state
    if (!this.#hasKey)
      return { statements: [this.#random(2) ? add : reversed], state, hasKey: true }
    return this.#pick<Step>([
      { statements: [drop], state, hasKey: false },
      { statements: [drop, reversed], state },
      {
        statements: [
          `alter table ${table}c rename to ${table}d`,
          `alter table ${table}d rename to ${table}c`,
        ],
        state,
      },
    ])
  }

  /** DDL and DML after which the schema is as it was. */
  #neutralStep(made: readonly string[]): Step {
    const { table } = this
    const { extra, index, unique, note, filter } = this.#state
    const isAsMade = !extra && !index && !unique && note === 20 && filter === 3
    const choices: (readonly string[])[] = [
      [`delete from ${table} where id < 0`],
      [`truncate table ${table}`],
      [`alter table ${table} modify column note varchar(${note}) null`],
      [`alter table ${table} add column yy int`, `alter table ${table} drop column yy`],
      [`create index yi on ${table} (n)`, `drop index yi on ${table}`],
      [`alter table ${table} rename to ${table}x`, `alter table ${table}x rename to ${table}`],
      [
        `alter table ${table} add column yy int`,
        `alter table ${table} rename column yy to yz`,
        `alter table ${table} drop column yz`,
      ],
    ]
    if (isAsMade && this.#state.comment === '') choices.push([...dropOf(table), ...made])
    const kept = choices.filter((steps) => !this.#losesForeignKey(made, steps))
    return { statements: this.#pick(kept), state: this.#state }
  }

  #remakeStep(): Step {
    const { table } = this
    if (this.#random(2) === 0) {
      return { statements: dropOf(table), state: { ...asMade(this.#first), made: undefined } }
    }
    const made = this.#random(2) ? this.#first : randomPair(this.#random, table, this.#can).before
    return { statements: [...dropOf(table), ...made], state: asMade(made) }
  }

  /** A change, or the way back. */
  #toggleStep(made: readonly string[]): Step {
    const { table } = this
    const state = this.#state
    const { extra, note, comment, index, unique, filter } = state
    const view = made.find((statement) => statement.startsWith('create view'))
    const choices: Step[] = [
      {
        statements: [`alter table ${table} ${extra ? 'drop column zz' : 'add column zz int'}`],
        state: { ...state, extra: !extra },
      },
      {
        statements: [
          `alter table ${table} modify column note varchar(${note === 20 ? 30 : 20}) null`,
        ],
        state: { ...state, note: note === 20 ? 30 : 20 },
      },
      {
        statements: [`alter table ${table} comment '${comment === '' ? 'changed' : ''}'`],
        state: { ...state, comment: comment === '' ? 'changed' : '' },
      },
      {
        statements: [index ? `drop index zi on ${table}` : `create index zi on ${table} (n)`],
        state: { ...state, index: !index },
      },
      {
        statements: [
          unique ? `drop index zu on ${table}` : `create unique index zu on ${table} (n, s)`,
        ],
        state: { ...state, unique: !unique },
      },
    ]
    if (view !== undefined) {
      const other = filter === 3 ? 99 : 3
      choices.push({
        statements: [
          view.replace('create view', 'create or replace view').replace(/n > \d+$/, `n > ${other}`),
        ],
        state: { ...state, filter: other },
      })
    }
    return this.#pick(choices.filter(({ statements }) => !this.#losesForeignKey(made, statements)))
  }

  /** 4.1.4 drops the foreign keys of a table with a column that is dropped; `check` says so. */
  #losesForeignKey(made: readonly string[], statements: readonly string[]): boolean {
    if (this.#can.columnDropKeepsForeignKey) return false
    const isChild = made.some((statement) => /foreign key/i.test(statement))
    return isChild && statements.some((statement) => statement.includes('column'))
  }

  #foreignKey(columns: readonly string[], references: readonly string[]): string {
    return `constraint ${this.table}fk foreign key (${columns.join(', ')}) references pairs (${references.join(', ')})`
  }

  #pick<Item>(list: readonly Item[]): Item {
    return list[this.#random(list.length)] as Item
  }
}

interface Step {
  readonly statements: readonly string[]
  readonly state: State
  readonly hasKey?: boolean
}

function asMade(made: readonly string[]): State {
  return { made, extra: false, note: 20, comment: '', index: false, unique: false, filter: 3 }
}

function dropOf(table: string): readonly string[] {
  return [
    `drop view if exists ${table}v`,
    `drop table if exists ${table}`,
    `drop table if exists ${table}p`,
  ]
}
