import { describe, expect, it } from 'vitest'
import { boxOf } from '../../../../codegen/emit/docs/entity-boxes.js'
import { outlineOf } from '../../../../codegen/emit/docs/outline.js'
import { placeBoxes } from '../../../../codegen/emit/docs/place-boxes.js'
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'

const tableCount = 1_000

/** Tables with foreign keys to the tables of the numbers that `parentsOf` gives. */
function pictureOf(parentsOf: (at: number) => readonly number[]) {
  const tables = Array.from({ length: tableCount }, (_, at): TableModel => ({
    name: `table_${at}`,
    kind: 'table',
    columns: [{ name: 'id', type: { name: 'int' } }],
    foreignKeys: parentsOf(at).map((parent, nth) => ({
      name: `key_${nth}`,
      columns: ['id'],
      references: { table: `table_${parent}`, columns: ['id'] },
    })),
  }))
  const model: SchemaModel = { formatVersion: '2.0', databases: [{ tables }] }
  const outline = outlineOf(model)
  return placeBoxes(
    outline.tables.map((table) => boxOf(table, { keysOnly: true })),
    outline.relations,
  )
}

describe('the picture of thousands of foreign keys', () => {
  const earlier = (at: number): readonly number[] =>
    at < 5 ? [] : [1, 2, 3, 4, 5].map((step) => (at * 7 + step * 131) % at)

  it('has every table, and none on top of another', () => {
    const { boxes, relations, width, height } = pictureOf(earlier)
    expect([boxes.length, relations.length]).toEqual([tableCount, (tableCount - 5) * 5])
    const inOrder = boxes.toSorted((a, b) => a.x - b.x || a.y - b.y)
    inOrder.forEach(({ x, y, box }, at) => {
      const next = inOrder[at + 1]
      if (next === undefined) return
      expect(next.x === x ? next.y >= y + box.height : next.x >= x + box.width).toBe(true)
    })
    for (const { x, y, box } of boxes) {
      expect(x + box.width).toBeLessThanOrEqual(width)
      expect(y + box.height).toBeLessThanOrEqual(height)
    }
  })

  it('has the parents on the left', () => {
    const { boxes, relations } = pictureOf(earlier)
    const left = new Map(boxes.map(({ box, x }) => [box.table, x]))
    for (const { relation } of relations) {
      expect(left.get(relation.parent)).toBeLessThan(left.get(relation.child) ?? 0)
    }
  })

  it('has circles, keys to the table itself and a chain through all tables', () => {
    const { boxes } = pictureOf((at) => [at, (at + 1) % tableCount])
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(tableCount)
  })
})
