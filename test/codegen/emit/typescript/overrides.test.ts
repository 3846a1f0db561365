import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { ts as TypeScript } from 'ts-morph'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { expectedHeader } from '../../../../codegen/emit/typescript/header.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import { importedName } from '../../../../codegen/emit/typescript/imported-name.js'
import { isTypeExpression } from '../../../../codegen/emit/typescript/type-expression.js'
import { findSurprises } from '../../../../codegen/emit/typescript/warnings.js'
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'
import { compilers, Project } from '../../zoo/compile-strictly.js'

const posts: TableModel = {
  name: 'blog_posts',
  kind: 'table',
  primaryKey: ['id'],
  columns: [
    { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
    { name: 'meta', type: { name: 'json' }, comment: 'How it looks. @type {Look}' },
    { name: 'tags', type: { name: 'json' }, nullable: true },
    {
      name: 'state',
      type: { name: 'varchar', length: 10 },
      default: "'new'",
      insertOptional: true,
    },
    { name: 'slug', type: { name: 'varchar', length: 10 } },
  ],
}
const totals: TableModel = {
  name: 'totals',
  kind: 'view',
  columns: [
    { name: 'n', type: { name: 'bigint' }, nullabilityUntrusted: true },
    { name: 'm', type: { name: 'int' }, nullable: true },
  ],
}
const model: SchemaModel = { formatVersion: '2.0', databases: [{ tables: [posts, totals] }] }

async function emit(options: EmitOptions): Promise<string> {
  const [file] = await emitTypes(model, options)
  return file?.text ?? ''
}
const lineOf = (text: string, column: string): string =>
  text.split('\n').find((line) => line.startsWith(`  ${column}: `)) ?? ''

describe('an override', () => {
  it('of a JSON column is read as the value that it describes, also where JSON is text', async () => {
    const text = await emit({
      types: { json: 'string' },
      overrides: { 'blog_posts.meta': { type: 'Meta', import: './meta.js' } },
    })
    expect([lineOf(text, 'meta'), lineOf(text, 'tags')]).toEqual([
      '  meta: Json<Meta>',
      '  tags: Json<string> | null',
    ])
    expect(text).toContain("types: { meta: 'parsed' }")
    const raw = await emit({
      types: { json: 'string' },
      overrides: { 'blog_posts.meta': { type: 'MetaText', raw: true } },
    })
    expect(raw).not.toContain('parsed')
  })

  it('is warned of where it is a reading and the schema value is not written', () => {
    const overrides = { 'blog_posts.id': 'bigint', 'blog_posts.slug': 'Slug' }
    expect(findSurprises(model, { overrides })).toEqual([])
    expect(findSurprises(model, { overrides, schemaValue: false })).toEqual([
      'blog_posts.id is generated with a type of its own, which the program learns from the schema value only. ' +
        'Choose it for all columns with types, or generate without --no-schema-value.',
    ])
    const types = { bigint: 'bigint' } as const
    expect(findSurprises(model, { overrides, types, schemaValue: false })).toEqual([])
  })

  it('takes the place of the base type, and null, Generated and JSON stay', async () => {
    const text = await emit({
      overrides: {
        'blog_posts.meta': { type: 'Meta', import: './meta.js' },
        'blog_posts.tags': 'readonly string[]',
        'blog_posts.state': "'new' | 'old'",
      },
    })
    expect(text).toContain("import type { Meta } from './meta.js'\n")
    expect(lineOf(text, 'meta')).toBe('  meta: Json<Meta>')
    expect(lineOf(text, 'tags')).toBe('  tags: Json<readonly string[]> | null')
    expect(lineOf(text, 'state')).toBe("  state: Generated<'new' | 'old'>")
    expect(lineOf(text, 'slug')).toBe('  slug: string')
  })

  it('is found by glob, by database, and by name first', async () => {
    const text = await emit({ overrides: { '*.s*': 'Globbed', 'blog_posts.SLUG': 'Named' } })
    expect(lineOf(text, 'state')).toBe('  state: Generated<Globbed>')
    expect(lineOf(text, 'slug')).toBe('  slug: Named')
    const [file] = await emitTypes(
      {
        ...model,
        databases: [
          { name: 'shop', tables: [posts] },
          { name: 'x', tables: [totals] },
        ],
      },
      { overrides: { 'shop.blog_posts.slug': 'Slug', 'x.*': 'never' } },
    )
    expect(lineOf(file?.text ?? '', 'slug')).toBe('  slug: Slug')
  })

  it('is an error where no column has its name or matches its glob, all at once', async () => {
    await expect(
      emit({
        overrides: { 'blog_posts.slugs': 'Slug', '*.no_such_*': 'string', 'totals.*': 'number' },
      }),
    ).rejects.toThrow(
      "overrides names 'blog_posts.slugs', '*.no_such_*', and there is no such column.\n" +
        "Did you mean 'blog_posts.slug'? Write 'table.column', a pattern such as '*.is_*', or " +
        "'database.table.column' when several databases are read.",
    )
  })

  it('may be about a table that was left out, whose columns are not known', async () => {
    const leftOut = [{ database: 'shop', table: 'Orders' }]
    const others = {
      overrides: { 'orders.note': 'Note', 'shop.orders.note': 'Note', '*.is_*': 'boolean' },
      columnTypes: { 'orders.id': 'bigint' },
      nonNull: ['orders.total'],
      slices: { money: ['orders'], blog: ['orders', 'blog_*'] },
    } as const
    const text = await emit({ ...others, leftOut })
    expect(text).toContain('export interface BlogDB {')
    expect(text).not.toContain('MoneyDB')
    await expect(emit({ ...others, leftOut: [{ table: 'order' }] })).rejects.toThrow(
      "columnTypes names 'orders.id'",
    )
    expect(expectedHeader(model, others)).toEqual(expectedHeader(model, { ...others, leftOut }))
  })

  it('that is a reading of the column is decoded at run time, too', async () => {
    const text = await emit({ overrides: { '*.id': 'bigint', '*.tags': 'string' } })
    expect(lineOf(text, 'id')).toBe('  id: Generated<BigInteger<bigint>>')
    expect(lineOf(text, 'tags')).toBe('  tags: Json<string> | null')
    expect(text).toContain("types: { id: 'bigint', tags: 'string' }")
  })

  it('makes a boolean of a tinyint, for the compiler and at run time', async () => {
    const flags: TableModel = {
      name: 'flags',
      kind: 'table',
      columns: [
        { name: 'is_old', type: { name: 'tinyint' }, nullable: true },
        { name: 'is_new', type: { name: 'bool' } },
        { name: 'level', type: { name: 'tinyint' } },
      ],
    }
    const [file] = await emitTypes(
      { ...model, databases: [{ tables: [flags] }] },
      { overrides: { '*.is_*': 'boolean' } },
    )
    const text = file?.text ?? ''
    expect(lineOf(text, 'is_old')).toBe('  is_old: boolean | null')
    expect(lineOf(text, 'is_new')).toBe('  is_new: boolean')
    expect(lineOf(text, 'level')).toBe('  level: number')
    expect(text).toContain("types: { is_old: 'boolean' }")
  })

  it.each([
    ['totals.m', 'boolean', 'but int is read as number', 'Leave it out, or write a type'],
    ['totals.m', 'bigint', 'but int is read as number', 'Leave it out, or write a type'],
    ['blog_posts.slug', 'Date', 'but varchar is read as string', 'Leave it out'],
    ['blog_posts.id', 'Date', 'but bigint is read as number', "'number', 'bigint', 'string'"],
  ])('of %s by %s is refused: no value has that type', async (column, type, is, fix) => {
    const refused = emit({ overrides: { [column]: type } })
    await expect(refused).rejects.toThrow(ConfigurationError)
    await expect(refused).rejects.toThrow(`The override of ${column} is '${type}', ${is}`)
    await expect(refused).rejects.toThrow(fix)
  })

  it('takes the whole place when it is raw', async () => {
    const type = 'ColumnType<string, never, never>'
    const text = await emit({
      overrides: { 'blog_posts.state': { type, import: 'kysely', raw: true } },
    })
    expect(lineOf(text, 'state')).toBe(`  state: ${type}`)
    // The view needs it, too.
    expect(text.match(/\bColumnType\b.* from 'kysely'/g)).toHaveLength(1)
  })

  it('is imported once, where the file needs the same type of the same module', async () => {
    const text = await emit({
      overrides: {
        'blog_posts.state': {
          type: 'ColumnType<string, never, never>',
          import: 'kysely',
          raw: true,
        },
        'blog_posts.slug': { type: 'Generated<string>', import: 'kysely-matrixone', raw: true },
        'blog_posts.meta': { type: 'JsonValue', import: 'kysely-matrixone' },
      },
    })
    expect(text).toContain(
      "import type { ColumnType, SelectType } from 'kysely'\n" +
        "import type { BigInteger, Generated, Json, JsonValue } from 'kysely-matrixone'\n",
    )
  })

  it.each(['ColumnType', 'SelectType', 'NotWritable', 'ReadOnly', 'schema', 'Generated'])(
    'is refused for a type %s of another module, which the file has itself',
    async (type) => {
      await expect(emit({ overrides: { '*.meta': { type, import: './m.js' } } })).rejects.toThrow(
        `an import from ./m.js.\nName an interface`,
      )
    },
  )

  it('may stand in the comment of a column, when that is asked for', async () => {
    expect(lineOf(await emit({ commentTypes: true }), 'meta')).toBe('  meta: Json<Look>')
    expect(lineOf(await emit({}), 'meta')).toBe('  meta: Json')
    const both = { commentTypes: true, overrides: { '*.meta': 'Configured' } }
    expect(lineOf(await emit(both), 'meta')).toBe('  meta: Json<Configured>')
  })

  it('is decoded at run time from a comment, too', async () => {
    const [id, ...columns] = posts.columns
    const commented = { ...posts, columns: [{ ...id!, comment: '@type {bigint}' }, ...columns] }
    const [file] = await emitTypes(
      { ...model, databases: [{ tables: [commented] }] },
      { commentTypes: true },
    )
    expect(lineOf(file?.text ?? '', 'id')).toBe('  id: Generated<BigInteger<bigint>>')
    expect(file?.text).toContain("types: { id: 'bigint' }")
  })

  it.each([
    [{ 'blog_posts.no': 'string' }, /names 'blog_posts\.no', and there is no such column/],
    [{ '*.meta': 'Meta }; export const x = 1; interface Y {' }, /is not one TypeScript type/],
    [{ '*.meta': '' }, /is not one TypeScript type/],
    [{ '*.meta': 'Meta Meta' }, /is not one TypeScript type/],
    [{ '*.meta': '{ a: }' }, /does not compile/],
    [{ '*.meta': { type: "'a' | 'b'", import: './m.js' } }, /has no name to import/],
    [{ '*.meta': { type: 'default', import: './m.js' } }, /import\('\.\/m\.js'\)\.default/],
    [{ '*.meta': { type: 'default as Meta', import: './m.js' } }, /is not one TypeScript type/],
    [{ '*.meta': 'Meta is string' }, /is not one TypeScript type/],
    [
      {
        '*.meta': { type: 'Meta', import: './a.js' },
        '*.tags': { type: 'Meta', import: './b.js' },
      },
      /import Meta from '\.\/a\.js' and from '\.\/b\.js'/,
    ],
    [
      { '*.meta': { type: 'BlogPosts', import: './m.js' } },
      /BlogPosts would be the interface of blog_posts and an import from/,
    ],
    [
      { '*.meta': { type: 'Json', import: './m.js' } },
      /Json would be a type of kysely-matrixone and an import from/,
    ],
  ])('is refused when it cannot be: %o', async (overrides, message) => {
    await expect(emit({ overrides })).rejects.toThrow(message)
  })
})

const project = new Project('overrides')
afterAll(() => project.remove())

describe('an overridden JSON column', () => {
  it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
    'takes and gives an interface without an index signature, on TypeScript %s',
    async (version) => {
      project.write('db.ts', await emit({ overrides: { '*.meta': "import('./meta.js').Meta" } }))
      project.write('meta.ts', 'export interface Meta { readonly look: string }\n')
      project.write(
        'program.ts',
        `import type { Kysely } from 'kysely'
        import type { DB } from './db.js'
        import type { Meta } from './meta.js'
        export async function program(db: Kysely<DB>, meta: Meta): Promise<string> {
          await db.insertInto('blog_posts').values({ meta, slug: 'a' }).execute()
          await db.updateTable('blog_posts').set({ meta: { look: 'b' } }).execute()
          // @ts-expect-error not of the interface
          await db.insertInto('blog_posts').values({ meta: { other: 1 }, slug: 'a' }).execute()
          const row = await db.selectFrom('blog_posts').select('meta').executeTakeFirstOrThrow()
          return row.meta.look
        }
        `,
      )
      expect(await project.compile(version)).toBe('')
    },
  )
})

describe('nonNull', () => {
  it('takes null from columns of views only', async () => {
    const text = await emit({ nonNull: ['totals.n', '*.tags'] })
    expect(lineOf(text, 'n')).toBe('  n: ReadOnly<BigInteger>')
    expect(lineOf(text, 'm')).toBe('  m: ReadOnly<number | null>')
    expect(lineOf(text, 'tags')).toBe('  tags: Json | null')
  })

  it.each(['totals.none', 'blog_posts.tags'])('names columns of views: %s', async (name) => {
    const refused = emit({ nonNull: [name] })
    await expect(refused).rejects.toThrow(/is not a column of a view/)
    await expect(refused).rejects.not.toThrow(`Did you mean '${name}'`)
  })
})

describe('the text of a type', () => {
  it.each([
    'Meta',
    'Record<string, { readonly a?: number; b: "x}" }>',
    "import('./m.js').Meta[]",
    '(a: string) => void',
    'a | b',
    '`a`',
    '`usr_${string}` | `${number}-${Uppercase<`x${"a" | "b"}`>}`',
    '{ [K in Name as `get${K}`]: "}" }',
    'readonly Meta[]',
    'keyof typeof colors',
  ])('can be %s', (text) => {
    expect(isTypeExpression(text)).toBe(true)
  })

  it.each([
    '`a',
    '`${a`',
    '`a`}',
    '`${a}',
    '`a` `b`',
    'Meta `b`',
    '`a\n`',
    '`${a b}`',
    '/*x*/ a',
    'default as A',
    'a extends b',
    '`${a}; x }`;',
  ])('cannot be %s', (text) => {
    expect(isTypeExpression(text)).toBe(false)
  })

  it.each([
    ['readonly Meta[]', 'Meta'],
    ['Record<string, Meta | null>', 'Meta'],
    ["{ Meta: 'Post'; of?: Look<'x'> }", 'Look'],
    ['keyof typeof colors', 'colors'],
    ['Partial<Shop.Meta>', 'Shop'],
    ['(a: string) => Done', 'Done'],
    ['`meta_${Kind}`', 'Kind'],
    ['Record', 'Record'],
    ["import('./x.js').Y", undefined],
    ['string[]', undefined],
  ])('%s is imported for %s', (type, name) => {
    expect(importedName(type)).toBe(name)
  })

  it('is refused unless the compiler reads exactly one type', async () => {
    const { ts } = await import('ts-morph')
    const piece = fc.constantFrom(
      ...'Meta { } ( ) [ ] < > | & ; , : => . \'a\' "b" 1 ? //x /*x*/ \n ` ` ${ }`'.split(' '),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join(' ')
        if (!isTypeExpression(text)) return
        expect([text, statementsIn(ts, `type A = ${text}\nconst next = 1`)]).toEqual([text, 2])
      }),
      { numRuns: 2000 },
    )
  })
})

/** Statements that the compiler sees, whether or not the type in them is a right one. */
function statementsIn(ts: typeof TypeScript, text: string): number {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022)
  const { parseDiagnostics } = file as unknown as { readonly parseDiagnostics: readonly unknown[] }
  // A type that does not parse is refused when the file is written.
  return parseDiagnostics.length > 0 ? 2 : file.statements.length
}
