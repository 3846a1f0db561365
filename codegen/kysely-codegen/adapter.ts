/** Where the types of the generated file come from. */
import {
  Adapter,
  GenericExpressionNode,
  IdentifierNode,
  ModuleReferenceNode,
  type Scalars,
  TemplateNode,
} from 'kysely-codegen'
import type { TypeName } from '../emit/typescript/column-type.js'

/** The types of kysely-matrixone that a column can have. */
const ours: readonly Exclude<TypeName, 'Buffer' | 'ReadOnly'>[] = [
  'BigInteger',
  'DateOnly',
  'DateTime',
  'Decimal',
  'Generated',
  'GeneratedAlways',
  'Json',
  'SetOf',
  'Vector',
]

/** The types of one generation. */
export class MatrixOneAdapter extends Adapter {
  override readonly scalars: Scalars
  override readonly imports = {
    SelectType: new ModuleReferenceNode('kysely'),
    ...Object.fromEntries(ours.map((name) => [name, new ModuleReferenceNode('kysely-matrixone')])),
  }
  override readonly definitions = {
    // Without this kysely-codegen declares its own.
    Generated: undefined,
    ReadOnly: new TemplateNode(
      ['T'],
      new GenericExpressionNode('ColumnType', [
        new GenericExpressionNode('SelectType', [new IdentifierNode('T')]),
        new IdentifierNode('never'),
        new IdentifierNode('never'),
      ]),
    ),
  }

  constructor(scalars: Scalars) {
    super()
    this.scalars = scalars
  }
}
