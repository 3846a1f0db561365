import fc from 'fast-check'
import { type ExpressionNode, TypeScriptSerializer } from 'kysely-codegen'
import { describe, expect, it } from 'vitest'
import { stringLiteral } from '../../../codegen/emit/typescript/identifiers.js'
import { toTypeNode } from '../../../codegen/kysely-codegen/type-nodes.js'

const print = (node: ExpressionNode): string => new TypeScriptSerializer().serializeExpression(node)

const { type } = fc.letrec<{ type: string; member: string }>((tie) => ({
  type: fc.array(tie('member'), { minLength: 1, maxLength: 3 }).map((all) => all.join(' | ')),
  member: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('number', 'null', 'Buffer', '768'),
    fc.string({ unit: 'binary' }).map(stringLiteral),
    fc
      .tuple(
        fc.constantFrom('Vector', 'SetOf'),
        fc.array(tie('type'), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, parameters]) => `${name}<${parameters.join(', ')}>`),
  ),
}))

/** The members of unions, which kysely-codegen sorts, and the rest in order. */
const sorted = (text: string): readonly string[] =>
  text
    .replaceAll(/[\s|<>,]/g, '')
    .split('')
    .toSorted()

describe('the text of a type as nodes', () => {
  it('prints as it was read, whatever is in its literals', () => {
    fc.assert(
      fc.property(type, (text) => {
        expect(sorted(print(toTypeNode(text)))).toEqual(sorted(text))
      }),
    )
  })

  it('has the names in it as nodes, so that they are imported', () => {
    const node = toTypeNode("GeneratedAlways<Vector<'a | b<c>', 3> | null>")
    expect(node).toMatchObject({
      type: 'GenericExpression',
      name: 'GeneratedAlways',
      args: [
        {
          type: 'UnionExpression',
          args: [
            {
              type: 'GenericExpression',
              name: 'Vector',
              args: [{ name: "'a | b<c>'" }, { name: '3' }],
            },
            { type: 'Identifier', name: 'null' },
          ],
        },
      ],
    })
  })
})
