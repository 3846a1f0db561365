/** Compares the types of a table that two generators have written, as the compiler understands them. */
import { fileURLToPath } from 'node:url'
import { Project, ts } from 'ts-morph'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../../', import.meta.url))

/** How a column is read and written by one of them, against the other. */
export interface ColumnDifference {
  /** Whether both read the same type. */
  readonly read: boolean
  /** Whether both take the same in an INSERT, and in an UPDATE. */
  readonly insert: boolean
  readonly update: boolean
}

// Of kysely only its column types are needed: all of its files take the compiler half a minute.
const project = new Project({
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    paths: {
      kysely: [`${root}node_modules/kysely/dist/util/column-type.d.ts`],
      'kysely-matrixone': [`${here}kysely-matrixone.stand-in.ts`],
    },
  },
})
project.createSourceFile(`${here}buffer.stand-in.d.ts`, 'interface Buffer extends Uint8Array {}')
project.createSourceFile(
  `${here}kysely-matrixone.stand-in.ts`,
  ['types/column-types', 'types/indexes', 'schema/value']
    .map((name) => `export * from '${root}src/${name}.js'\n`)
    .join(''),
)

/** Compares each column of the table `table` of both files. */
export function compareColumns(
  theirs: string,
  ours: string,
  table: string,
  columns: readonly string[],
): ReadonlyMap<string, ColumnDifference> {
  const files = [
    project.createSourceFile(`${here}theirs.ts`, theirs, { overwrite: true }),
    project.createSourceFile(`${here}ours.ts`, withoutReference(ours), { overwrite: true }),
  ]
  const compared = project.createSourceFile(`${here}compared.ts`, program(table, columns), {
    overwrite: true,
  })
  const problems = [...files, compared].flatMap((file) => file.getPreEmitDiagnostics())
  if (problems.length > 0) throw new Error(project.formatDiagnosticsWithColorAndContext(problems))
  const isSame = (name: string): boolean =>
    compared.getTypeAliasOrThrow(name).getType().getText() === 'true'
  return new Map(
    columns.map((column, at) => [
      column,
      { read: isSame(`Read${at}`), insert: isSame(`Insert${at}`), update: isSame(`Update${at}`) },
    ]),
  )
}

/** Without the types of Node, which are not loaded. */
function withoutReference(text: string): string {
  return text.replace('/// <reference types="node" />', '')
}

function program(table: string, columns: readonly string[]): string {
  const use = (kind: string, file: string, column: string): string =>
    `${kind}<${file}[${JSON.stringify(table)}][${JSON.stringify(column)}]>`
  return [
    "import type { InsertType, SelectType, UpdateType } from 'kysely'",
    "import type { DB as Theirs } from './theirs.js'",
    "import type { DB as Ours } from './ours.js'",
    'type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false',
    ...columns.flatMap((column, at) =>
      (['Select', 'Insert', 'Update'] as const).map(
        (kind) =>
          `export type ${kind === 'Select' ? 'Read' : kind}${at} = Same<${use(`${kind}Type`, 'Theirs', column)}, ${use(`${kind}Type`, 'Ours', column)}>`,
      ),
    ),
  ].join('\n')
}
