/**
 * How a foreign key acts when its parent changes. MatrixOne 4.2.0 follows an UPDATE of the parent only
 * into simple children: beside a generated column, an ON UPDATE column or a unique key over the foreign
 * key it refuses every UPDATE of the parent's key (20105), also of a parent without children.
 */
import type { ForeignKeyModel, TableModel } from '../schema-model.js'
import type { Severity } from './finding.js'

type Action = 'cascade' | 'set null' | 'refuse' | 'impossible'

/** `set default` refuses as `restrict` and `no action` do (4.2.0). */
export function actionAtDelete({ onDelete }: ForeignKeyModel): Action {
  return onDelete === 'cascade' || onDelete === 'set null' ? onDelete : 'refuse'
}

export function actionAtUpdate(key: ForeignKeyModel, child: TableModel): Action {
  const { onUpdate } = key
  if (onUpdate !== 'cascade' && onUpdate !== 'set null') return 'refuse'
  return isSimple(child, key) ? onUpdate : 'impossible'
}

export function severityOfAction(expected: Action, actual: Action): Severity {
  if (expected === actual) return 'cosmetic'
  return expected === 'impossible' && actual === 'refuse' ? 'additive' : 'breaking'
}

/** Describes how an unchanged key acts in a changed child; undefined when it acts as before. */
export function describeActionChange(expected: Action, actual: Action): string | undefined {
  if (expected === actual) return undefined
  return actual === 'impossible'
    ? 'no longer follows an UPDATE of its parent: MatrixOne refuses that beside a generated column, an ' +
        'ON UPDATE column or a unique key over the foreign key'
    : 'follows an UPDATE of its parent, which was refused'
}

function isSimple({ columns, uniqueKeys = [] }: TableModel, key: ForeignKeyModel): boolean {
  return (
    columns.every(({ generated, onUpdate }) => generated === undefined && onUpdate === undefined) &&
    !uniqueKeys.some((unique) => unique.columns.some((name) => key.columns.includes(name)))
  )
}
