import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SchemaSnapshotError } from '../../../src/errors.js'
import { hashModel } from '../../../src/schema/snapshot/hash.js'
import type { SchemaModel } from '../../../src/schema/schema-model.js'
import { parseSnapshot } from '../../../src/schema/snapshot/parse-snapshot.js'
import { isSnapshotText, serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { sortModel } from '../../../src/schema/sort-model.js'
import { oneTableModel, schemaModel } from '../arbitrary-model.js'
import { shuffled } from '../shuffle.js'

const model: SchemaModel = {
  formatVersion: 1,
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
  "formatVersion": 1,
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
      'is from a newer mo-codegen',
      text.replace('"formatVersion": 1', '"formatVersion": 2'),
      /snapshot format 2; this mo-codegen reads format 1\.\nUpdate mo-codegen/,
    ],
    [
      'is from an older mo-codegen',
      text.replace('"formatVersion": 1', '"formatVersion": 0'),
      /older snapshot format 0[^]*mo-codegen snapshot/,
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
