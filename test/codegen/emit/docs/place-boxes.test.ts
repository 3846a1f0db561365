import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxOf } from '../../../../codegen/emit/docs/entity-boxes.js'
import { outlineOf } from '../../../../codegen/emit/docs/outline.js'
import { placeBoxes } from '../../../../codegen/emit/docs/place-boxes.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'

const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 })
const arrows = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 15 })

/** A table for each number of columns, and a foreign key for each arrow, loops and circles included. */
function modelOf(
  columns: readonly number[],
  keys: readonly (readonly [number, number])[],
): SchemaModel {
  const tables = columns.map((count, at) => ({
    name: `table_${at}`,
    kind: 'table' as const,
    columns: Array.from({ length: count }, (_, nth) => ({
      name: `column_${nth}`,
      type: { name: 'int' },
    })),
    foreignKeys: keys
      .filter(([from]) => from === at)
      .map(([, to]) => ({
        columns: ['column_0'],
        references: { table: `table_${to}`, columns: ['column_0'] },
      })),
  }))
  return { formatVersion: '2.0', databases: [{ tables }] }
}

describe('the picture', () => {
  it('has every table, none on top of another, and each line from a side to a side', () => {
    fc.assert(
      fc.property(sizes, arrows, (columns, keys) => {
        const { tables, relations } = outlineOf(modelOf(columns, keys))
        const boxes = tables.map((table) => boxOf(table, { keysOnly: false }))
        const picture = placeBoxes(boxes, relations)
        expect(picture.boxes).toHaveLength(tables.length)
        expect(picture.relations).toHaveLength(relations.length)
        for (const [at, a] of picture.boxes.entries()) {
          expect(a.x + a.box.width).toBeLessThanOrEqual(picture.width)
          expect(a.y + a.box.height).toBeLessThanOrEqual(picture.height)
          for (const b of picture.boxes.slice(at + 1)) {
            const isApart =
              a.x + a.box.width <= b.x ||
              b.x + b.box.width <= a.x ||
              a.y + a.box.height <= b.y ||
              b.y + b.box.height <= a.y
            expect(isApart).toBe(true)
          }
        }
        const find = (name: string) =>
          picture.boxes.find(({ box }) => box.table.name === name) ?? expect.unreachable()
        for (const { relation, points } of picture.relations) {
          const ends = [
            [points[0], find(relation.child.name)],
            [points.at(-1), find(relation.parent.name)],
          ] as const
          for (const [point, { x, box }] of ends) expect([x, x + box.width]).toContain(point?.x)
        }
      }),
    )
  })

  it('is the same for the same schema', () => {
    const { tables, relations } = outlineOf(
      modelOf(
        [3, 5, 2, 8],
        [
          [0, 1],
          [2, 1],
          [3, 0],
          [3, 3],
        ],
      ),
    )
    const draw = () =>
      placeBoxes(
        tables.map((table) => boxOf(table, { keysOnly: true })),
        relations,
      )
    expect(draw()).toEqual(draw())
  })
})

describe('the box of a table', () => {
  it('has all columns of keys, and says how many others it leaves out', () => {
    const [table] = outlineOf(modelOf([20], [[0, 0]])).tables
    if (table === undefined) expect.unreachable()
    const whole = boxOf(table, { keysOnly: false })
    expect([whole.lines.length, whole.more, whole.lines[0]?.mark]).toEqual([12, 8, 'foreign key'])
    const keys = boxOf(table, { keysOnly: true })
    expect([keys.lines.map(({ name }) => name), keys.more]).toEqual([['column_0'], 19])
  })
})
