import type { Draft } from '../../schema/draft.js'
import type { ColumnModel, TableKind } from '../../schema/schema-model.js'
import type { ColumnRow, ComputedColumnRow } from './catalog-queries.js'
import { readComment, readFlag, readNullableText, readText } from './catalog-values.js'
import { decodeType } from './decode-type.js'
import { isInsertOptional } from './insert-optional.js'

/**
 * Turns a row of `mo_columns` into a column.
 *
 * @param computed what the catalog has of it besides, when the server writes the column itself
 */
export function decodeColumn(
  row: ColumnRow,
  kind: TableKind,
  computed: ComputedColumnRow | undefined,
): ColumnModel {
  const column: Draft<ColumnModel> = {
    name: readText(row.attname),
    type: decodeType(readText(row.typ), readText(row.attr_enum)),
  }
  const comment = readComment(row.att_comment)
  if (comment !== '') column.comment = comment
  const onUpdate = readFlag(computed?.attr_has_update) ? readText(computed?.on_update) : ''
  if (onUpdate !== '') column.onUpdate = onUpdate
  if (!readFlag(row.attnotnull)) column.nullable = true
  if (kind === 'view' || kind === 'materialized view') {
    // A view's NOT NULL is derived from its expression and wrong for json_extract, elt, 1/0 (4.2.0).
    if (column.nullable !== true) column.nullabilityUntrusted = true
    return Object.freeze(column)
  }
  // Not for views: `att_is_auto_increment` leaks from the base table into a view's column (4.2.0).
  if (readFlag(row.att_is_auto_increment)) column.autoIncrement = true
  const fallback = decodeDefault(readNullableText(row.def))
  if (fallback !== null) column.default = fallback
  const generated = computed === undefined ? null : decodeGenerated(computed)
  if (generated !== null) column.generated = generated
  // Exact on 4.2.0 by 380 inserts; "nullable or auto_increment" was wrong 18 times.
  if (isInsertOptional(column, readFlag(row.atthasdef))) column.insertOptional = true
  // Its file may have `\\N` or nothing where the column says NOT NULL (4.2.0).
  if (kind === 'external' && !column.nullable) column.nullabilityUntrusted = true
  return Object.freeze(column)
}

/**
 * The same "no default" is NULL or the text `null`: DELETE without WHERE rebuilds the table from
 * its DDL and turns one into the other without a change of the schema (4.2.0).
 */
export function decodeDefault(text: string | null): string | null {
  return text === null || /^null$/i.test(text) ? null : text
}

function decodeGenerated(row: ComputedColumnRow): NonNullable<ColumnModel['generated']> | null {
  if (!readFlag(row.attr_has_generated)) return null
  return Object.freeze({
    expression: readText(row.gen_expr),
    kind: /^stored/i.test(readText(row.gen_kind)) ? 'stored' : 'virtual',
  })
}
