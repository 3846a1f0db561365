/** Compiles the types of two schemas against each other: reads of the new one, writes of the old one. */
import { emitTypes, type EmitOptions, type SchemaModel } from 'mo-codegen'
import { Project } from '../../codegen/zoo/compile-strictly.js'

const head = `import type { Insertable, Selectable, Updateable } from 'kysely'
import type { indexes } from 'kysely-matrixone'
import type * as Old from './old.js'
import type * as New from './new.js'

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false
type Reads<O, N> = keyof O extends keyof N ? [Selectable<N>] extends [Selectable<O>] ? true : false : false
type Fits<O, N> = Reads<O, N> extends true
  ? [Insertable<O>, Updateable<O>] extends [Insertable<N>, Updateable<N>] ? true : false
  : false
type IndexesOf<DB, Table, Kind> = DB extends { readonly [indexes]: infer All }
  ? Table extends keyof All ? (Kind extends keyof All[Table] ? All[Table][Kind] : {}) : {}
  : {}
/** Each search of the old types is one of the new types; MATCH takes its columns in any order. */
type Vectors<O, N> = false extends { [C in keyof O]: C extends keyof N ? ([O[C]] extends [N[C]] ? true : false) : false }[keyof O] ? false : true
type Texts<O, N> = false extends { [I in keyof O]: I extends keyof N ? Same<Columns<O[I]>, Columns<N[I]>> : false }[keyof O] ? false : true
type Columns<List> = List extends readonly (infer Name)[] ? Name : never
type Searches<Table> = Vectors<IndexesOf<Old.DB, Table, 'vector'>, IndexesOf<New.DB, Table, 'vector'>> extends true
  ? Texts<IndexesOf<Old.DB, Table, 'fulltext'>, IndexesOf<New.DB, Table, 'fulltext'>>
  : false
`

/** The tables and views whose old programs do not compile against the new types. */
export async function findTypeErrors(
  name: string,
  [expected, actual]: readonly [SchemaModel, SchemaModel],
  options: EmitOptions,
): Promise<ReadonlySet<string>> {
  const project = new Project(name)
  try {
    const old = expected.databases[0]?.tables ?? []
    const tables = old.map((table) => table.name)
    const known = new Set((actual.databases[0]?.tables ?? []).map((table) => table.name))
    const lines = tables.map((table, at) => {
      const key = JSON.stringify(table)
      return known.has(table)
        ? `export const t${at}: [${old[at]?.kind === 'view' ? 'Reads' : 'Fits'}<Old.DB[${key}], New.DB[${key}]>, Searches<${key}>] = [true, true]`
        : `export const t${at}: true = false`
    })
    for (const [file, model] of [
      ['old.ts', expected],
      ['new.ts', actual],
    ] as const) {
      const [emitted] = await emitTypes(model, { float32ForVecf64: 'allow', ...options })
      project.write(file, emitted?.text ?? '')
    }
    project.write('check.ts', `${head}${lines.join('\n')}\n`)
    const output = await project.compile('7')
    const offset = head.split('\n').length
    const failing = new Set<string>()
    for (const line of output.split('\n').filter((text) => /error TS/.test(text))) {
      const at = /check\.ts\((\d+),/.exec(line)?.[1]
      const table = tables[Number(at) - offset]
      if (at === undefined || table === undefined || !/TS2322/.test(line)) throw new Error(line)
      failing.add(table)
    }
    return failing
  } finally {
    project.remove()
  }
}
