import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SchemaSnapshotError } from '../../../src/errors.js'
import { hashModel } from '../../../src/schema/snapshot/hash.js'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import type { SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { modelOf, parseSnapshot } from '../../../src/schema/snapshot/parse-snapshot.js'
import { isSnapshotText, serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { sortModel } from '../../../src/schema/sort-model.js'
import { oneTableModel, schemaModel } from '../arbitrary-model.js'
import { shuffled } from '../shuffle.js'

const model: SchemaModel = {
  formatVersion: '2.0',
  databases: [
    {
      tables: [
        {
          name: 'articles',
          kind: 'table',
          columns: [
            { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
            { name: 'title', type: { name: 'varchar', length: 200 }, comment: 'shown 😀' },
          ],
          primaryKey: ['id'],
          fulltextIndexes: [{ name: 'ft', columns: ['title'], parser: 'ngram' }],
        },
      ],
    },
  ],
}

describe('the text of a snapshot', () => {
  it('has one column a line, the name first and the other keys sorted', () => {
    expect(serializeSnapshot(model)).toBe(`{
  "generatedBy": "mo-codegen",
  "formatVersion": "2.0",
  "databases": [
    {
      "tables": [
        {
          "name": "articles",
          "columns": [
            {"name":"id","autoIncrement":true,"insertOptional":true,"type":{"name":"bigint"}},
            {"name":"title","comment":"shown 😀","type":{"name":"varchar","length":200}}
          ],
          "fulltextIndexes": [
            {"name":"ft","columns":["title"],"parser":"ngram"}
          ],
          "kind": "table",
          "primaryKey": ["id"]
        }
      ]
    }
  ]
}
`)
  })

  it('is read back as the same model', () => {
    fc.assert(
      fc.property(schemaModel, (any) => {
        const text = serializeSnapshot(any)
        expect(isSnapshotText(text)).toBe(true)
        expect(parseSnapshot(text, 'x.json')).toEqual(sortModel(any))
        expect(serializeSnapshot(parseSnapshot(text, 'x.json'))).toBe(text)
      }),
    )
  })

  it('has the same bytes and hash in whatever order the model was built', () => {
    fc.assert(
      fc.property(schemaModel, fc.integer(), (any, seed) => {
        const other = shuffled(any, seed)
        expect(serializeSnapshot(other)).toBe(serializeSnapshot(any))
        expect(hashModel(other)).toBe(hashModel(any))
      }),
    )
  })

  it('may come back from git with other line ends and from an editor with a byte order mark', () => {
    const checkedOut = `\uFEFF${serializeSnapshot(model).replaceAll('\n', '\r\n')}`
    expect(parseSnapshot(checkedOut, 'x.json')).toEqual(model)
  })
})

describe('a snapshot that cannot be used', () => {
  const text = serializeSnapshot(model)
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['is empty', '', /^db\.json is damaged: it is not JSON/],
    ['is cut off', text.slice(0, 300), /^db\.json is damaged: it is not JSON/],
    [
      'has merge conflict markers',
      text.replace('            {"name":"id"', '<<<<<<< HEAD\n            {"name":"id"'),
      /^db\.json is damaged: it has merge conflict markers\.\nRestore it/,
    ],
    ['is other JSON', '{"name":"left-pad"}', /^db\.json is not a schema snapshot of mo-codegen/],
    ['is a list', '[]', /^db\.json is not a schema snapshot/],
    [
      'is of a newer major format',
      text.replace('"2.0"', '"3.0"'),
      /^db\.json has snapshot format 3\.0; this version reads formats up to 2\.\nUpdate mo-codegen/,
    ],
    [
      'is of a format that never was',
      text.replace('"2.0"', '"1.7"'),
      /^db\.json is damaged: formatVersion is not a version/,
    ],
    [
      'is of a newer minor format, and has a value that this version does not know',
      text.replace('"2.0"', '"2.9"').replace('"kind": "table"', '"kind": "stream"'),
      /^db\.json was written by a newer version, and this one cannot read it: .*kind should be one of/,
    ],
    [
      'has a field of the wrong type',
      text.replace('"length":200', '"length":"200"'),
      /databases\[0\]\.tables\[0\]\.columns\[1\]\.type\.length should be a whole number, found "200"/,
    ],
    [
      'has a field that is unknown',
      text.replace('"length":200', '"lenght":200'),
      /columns\[1\]\.type\.lenght is unknown/,
    ],
    [
      'has a column twice',
      text.replace('"name":"title"', '"name":"id"'),
      /tables\[0\]\.columns has id twice/,
    ],
  ]

  it.each(cases)('%s: says so, names the file and the fix', (_case, broken, message) => {
    expect(() => parseSnapshot(broken, 'db.json')).toThrow(SchemaSnapshotError)
    expect(() => parseSnapshot(broken, 'db.json')).toThrow(message)
  })

  it('is refused or read, but never breaks the parser, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (any) => {
        expect(() => parseSnapshot(any, 'db.json')).toThrow(SchemaSnapshotError)
      }),
    )
  })

  it('is refused when any field has another type', () => {
    fc.assert(
      fc.property(oneTableModel, (any) => {
        for (const value of withEachLeafReplaced(any)) {
          const broken = JSON.stringify(value)
          expect(() => parseSnapshot(broken, 'db.json')).toThrow(SchemaSnapshotError)
        }
      }),
      { numRuns: 20 },
    )
  })
})

/** The model with one leaf at a time replaced by a list, which no leaf may be. */
function* withEachLeafReplaced(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) yield [[]]
  else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      for (const changed of withEachLeafReplaced(item)) yield value.with(at, changed)
    }
  } else {
    for (const [key, member] of Object.entries(value)) {
      for (const changed of withEachLeafReplaced(member)) {
        yield Object.fromEntries(
          Object.entries(value).map(([name, old]) => [name, name === key ? changed : old]),
        )
      }
    }
  }
}

describe('a snapshot of a newer minor format', () => {
  const newer = serializeSnapshot(model)
    .replace('"2.0"', '"2.1"')
    .replace('"length":200', '"collation":"c","length":200')
    .replace('"kind": "table"', '"kind": "table",\n          "ttl": {"days":3}')

  it('is read without the fields that this version does not know, and says so', () => {
    const warnings: string[] = []
    expect(parseSnapshot(newer, 'db.json', (warning) => warnings.push(warning))).toEqual(model)
    expect(warnings).toEqual([
      'db.json was written by a newer version. Left out because this one does not know them: ' +
        'databases.tables.columns.type.collation, databases.tables.ttl. Update mo-codegen and kysely-matrixone.',
    ])
  })

  it('leaves an imported object as it was', () => {
    const json: unknown = JSON.parse(newer)
    expect(modelOf(json, 'db.json')).toEqual(model)
    expect(json).toEqual(JSON.parse(newer))
  })
})

describe('a snapshot of format 1', () => {
  const fixture = readFileSync(
    new URL('../../fixtures/snapshots/format-1.json', import.meta.url),
    'utf8',
  )

  it('that was committed with 0.1.0 is read, with a warning that says what is not compared', () => {
    const warnings: string[] = []
    const lifted = parseSnapshot(fixture, 'db.json', (warning) => warnings.push(warning))
    expect(lifted).toMatchObject({ formatVersion: '2.0', liftedFrom: '1' })
    expect(lifted.databases[0]?.tables.map(({ name }) => name)).toContain('articles')
    expect(warnings).toEqual([expect.stringMatching(/^db\.json has the older snapshot format 1/)])
    expect(parseSnapshot(serializeSnapshot(lifted), 'db.json')).toEqual(lifted)
  })

  it('gives no finding for what it could not hold', () => {
    fc.assert(
      fc.property(oneTableModel, (today) => {
        const lifted = parseSnapshot(JSON.stringify(asFormat1(today)), 'db.json')
        expect(compareModels(lifted, today)).toEqual([])
        expect(compareModels(today, lifted)).toEqual([])
      }),
    )
  })

  it('still gives a finding for what it held', () => {
    const today = { ...model, databases: [{ tables: [] }] }
    const lifted = parseSnapshot(JSON.stringify(asFormat1(model)), 'db.json')
    expect(compareModels(lifted, today).map(({ ruleId }) => ruleId)).toEqual(['table-removed'])
  })

  it('is damaged when it has fields of format 2', () => {
    const mixed = JSON.stringify({ ...(asFormat1(model) as object), databases: [{ tables: [{}] }] })
    expect(() => parseSnapshot(mixed, 'db.json')).toThrow(/^db\.json is damaged: .*name should be/)
  })
})

/** The same schema as mo-codegen wrote it before 0.2. */
function asFormat1({ databases }: SchemaModel): object {
  const sentences = {
    'missing database': 'Unknown database shop',
    'missing table': 'SQL parser error: table "t" does not exist',
    'missing column': 'invalid input: column b does not exist',
    'invalid definition': 'invalid argument function l2_distance, bad value [JSON JSON]',
  }
  const toTable = (table: TableModel): object => {
    const {
      checks: _checks,
      clusterBy: _clusterBy,
      definition: _definition,
      source: _source,
      partitions,
      broken,
      columns,
      ...known
    } = table
    return {
      ...known,
      ...(partitions && { partitioned: true }),
      ...(broken && { broken: sentences[broken] }),
      columns: columns.map((column) => {
        const { srid: _srid, precision, scale, ...type } = column.type
        const hasDigits = !/^(float|double)$/.test(type.name)
        const digits = {
          ...(precision !== undefined && { precision }),
          ...(scale !== undefined && { scale }),
        }
        return { ...column, type: hasDigits ? { ...type, ...digits } : type }
      }),
    }
  }
  return {
    generatedBy: 'mo-codegen',
    formatVersion: 1,
    databases: databases.map((database) => ({ ...database, tables: database.tables.map(toTable) })),
  }
}
