import type { ColumnRow, ComputedColumnRow } from './catalog-queries.js'
import { readComment, readFlag, readNullableText, readNumber, readText } from './catalog-values.js'
import { decodeType } from './decode-type.js'
import type { ColumnMetadata, TableKind } from './metadata-types.js'

/**
 * Turns a row of `mo_columns` into a column.
 *
 * @param computed what the catalog has of it besides, when the server writes the column itself
 */
export function decodeColumn(
  row: ColumnRow,
  kind: TableKind,
  computed: ComputedColumnRow | undefined,
): ColumnMetadata {
  const isView = kind === 'view' || kind === 'materialized view'
  const nullable = !readFlag(row.attnotnull)
  // `att_is_auto_increment` leaks from the base table into a view's column (4.2.0).
  const autoIncrement = !isView && readFlag(row.att_is_auto_increment)
  const generated = isView || computed === undefined ? null : decodeGenerated(computed)
  return Object.freeze({
    name: readText(row.attname),
    position: readNumber(row.attnum),
    type: decodeType(readText(row.typ), readText(row.attr_enum)),
    nullable,
    // A view's NOT NULL is derived from its expression and wrong for json_extract, elt, 1/0 (4.2.0).
    nullabilityTrusted: nullable || !isView,
    autoIncrement,
    defaultValue: isView ? null : decodeDefault(readNullableText(row.def)),
    onUpdate: readFlag(computed?.attr_has_update) ? readNullableText(computed?.on_update) : null,
    generated,
    // Exact on 4.2.0 by 380 inserts; "nullable or auto_increment" was wrong 18 times.
    insertOptional: !isView && (autoIncrement || readFlag(row.atthasdef) || generated !== null),
    comment: readComment(row.att_comment),
  })
}

/**
 * The same "no default" is NULL or the text `null`: DELETE without WHERE rebuilds the table from
 * its DDL and turns one into the other without a change of the schema (4.2.0).
 */
function decodeDefault(text: string | null): string | null {
  return text === null || /^null$/i.test(text) ? null : text
}

function decodeGenerated(row: ComputedColumnRow): ColumnMetadata['generated'] {
  if (!readFlag(row.attr_has_generated)) return null
  return Object.freeze({
    expression: readText(row.gen_expr),
    kind: /^stored/i.test(readText(row.gen_kind)) ? 'stored' : 'virtual',
  })
}
