import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrivilegeError } from '../../../src/errors.js'
import { MetadataManager } from '../../../src/managers/metadata/metadata-manager.js'
import type { ColumnTypeModel, TableModel } from '../../../src/schema/schema-model.js'
import { loadZoo } from '../../fixtures/zoo/load-zoo.js'
import { useServer } from '../../support/server.js'
import { type Session, openSession } from './metadata-support.js'

const server = useServer(import.meta.url)
const database = 'kmo_metadata_rights'
const role = 'kmo_metadata_reader'
const user = 'kmo_metadata_user'

let root: Session
let reader: Session

beforeAll(async () => {
  root = openSession(server.options)
  await loadZoo(root.sql, database, server.can)
  await root.sql(`drop user if exists ${user}`)
  await root.sql(`drop role if exists ${role}`)
  // The first role of a new server gets the id 2, which the server takes for an account administrator
  // where it checks views: it may read them all (4.2.0).
  await root.sql(`create role if not exists ${role}_first`)
  await root.sql(`create role ${role}`)
  await root.sql(`create user ${user} identified by '111' default role ${role}`)
  await root.sql(`grant ${role} to ${user}`)
  await root.sql(`grant connect on account * to ${role}`)
  reader = openSession({
    ...server.options,
    user: `sys:${user}:${role}`,
    password: '111',
    database,
  })
})

afterAll(async () => {
  await root.sql(`drop user if exists ${user}`)
  await root.sql(`drop role if exists ${role}`)
  await root.sql(`drop role if exists ${role}_first`)
  await root.sql(`drop database if exists ${database}`)
  reader.close()
  root.close()
})

describe('a role without rights on the catalog', () => {
  it('cannot select from it (the reason)', async () => {
    await expect(reader.sql('select relname from mo_catalog.mo_tables')).rejects.toThrow(
      PrivilegeError,
    )
  })

  it('reads what information_schema has, with a warning that names the grants', async () => {
    const reduced = await new MetadataManager(reader.db).read()
    const full = await new MetadataManager(root.db).read({ database })
    expect(reduced).toMatchObject({ name: database, source: 'information_schema' })
    expect(reduced.warnings[0]).toContain(
      `GRANT SELECT ON TABLE mo_catalog.mo_tables TO \`${role}\`;`,
    )
    expect(reduced.warnings[0]?.match(/^GRANT /gm)).toHaveLength(5)
    expect(reduced.tables.map(({ name, kind }) => [name, kind])).toEqual(
      full.tables.map(({ name, kind }) => [name, kind]),
    )
    const tablesOnly = (tables: readonly TableModel[]): unknown =>
      tables
        // Its key is joined by a name in which the server has lost the backslash.
        .filter(({ name, kind }) => kind !== 'view' && name !== 'back\\slash')
        .map(withoutWhatIsUnknown)
    expect(tablesOnly(reduced.tables)).toEqual(tablesOnly(full.tables))
  })

  it('with `strict` gets an error that names the grants instead', async () => {
    const read = new MetadataManager(reader.db).read({ strict: true })
    await expect(read).rejects.toThrow(PrivilegeError)
    await expect(read).rejects.toThrow(
      `GRANT SELECT ON TABLE mo_catalog.mo_foreign_keys TO \`${role}\`;`,
    )
  })

  it('reads everything after exactly these grants', async () => {
    const { warnings } = await new MetadataManager(reader.db).read()
    for (const grant of warnings[0]?.match(/^GRANT .*$/gm) ?? []) await root.sql(grant)
    const full = await new MetadataManager(root.db).read({ database })
    const withoutPartitions = await new MetadataManager(reader.db).read()
    expect(withoutPartitions.tables.find(({ name }) => name === 'p_hash')?.partitions).toEqual({})
    if (server.can.partitionInShowCreate) {
      const refusal = await new MetadataManager(reader.db).read({ strict: true }).then(
        () => '',
        (error: Error) => error.message,
      )
      for (const grant of refusal.match(/^GRANT .*$/gm) ?? []) await root.sql(grant)
    }
    const granted = await new MetadataManager(reader.db).read({ strict: true })
    expect(granted.source).toBe('catalog')
    expect(granted.tables.filter(({ kind }) => kind !== 'view')).toEqual(
      full.tables.filter(({ kind }) => kind !== 'view'),
    )
    const view = (name: string): unknown => granted.tables.find((each) => each.name === name)
    expect(view('w_enum')).toEqual(full.tables.find(({ name }) => name === 'w_enum'))
    expect(granted.warnings).toContainEqual(expect.stringMatching(/^Not checked .* w_enum,/))
  })
})

/** Leaves out what information_schema does not tell. */
function withoutWhatIsUnknown(table: TableModel): unknown {
  const {
    partitions: _partitions,
    checks: _checks,
    clusterBy: _clusterBy,
    source: _source,
    ...told
  } = table
  return {
    ...told,
    foreignKeys: [],
    columns: table.columns.map(({ insertOptional, ...column }) => ({
      ...column,
      // Without the members a default cannot be told to be one.
      insertOptional: isWithoutMembers(column.type) ? undefined : insertOptional,
      onUpdate: null,
      type: withoutWhatTypesLose(column.type),
    })),
    indexes: table.indexes?.map((index) => ({ ...index, comment: '', prefixLengths: {} })),
    vectorIndexes: table.vectorIndexes?.map(({ name, column, dimension }) => [
      name,
      column,
      dimension,
    ]),
    // Two full-text indexes without a name look like one over both columns.
    fulltextIndexes: table.fulltextIndexes
      ?.filter(({ name }) => name !== '')
      .map(({ name, columns }) => [name, columns]),
  }
}

function isWithoutMembers({ name }: ColumnTypeModel): boolean {
  return name === 'enum' && !server.can.membersInInformationSchema
}

/** The scale of FLOAT(5,2) is not shown; on 3.0.x neither are members, and a set is its storage. */
function withoutWhatTypesLose(type: ColumnTypeModel): unknown {
  if (/^(float|double)/.test(type.name)) return type.name
  if (server.can.membersInInformationSchema) return type
  const shown: Readonly<Record<string, string>> = { set: 'bigint', point: 'geometry' }
  return /^(enum|set|bigint|point|geometry)$/.test(type.name)
    ? (shown[type.name] ?? type.name)
    : type
}
