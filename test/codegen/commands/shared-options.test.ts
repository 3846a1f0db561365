import { readFileSync, writeFileSync } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace, type CommandResult } from '../cli/run-cli.js'

const server = useServer(import.meta.url)
const [shop, warehouse] = ['kmo_shared_shop', 'kmo_shared_warehouse'] as const

let raw: Connection
beforeAll(async () => {
  ;({ raw } = await openDatabase(server, shop))
  for (const statement of [
    `drop database if exists ${warehouse}`,
    `create database ${warehouse}`,
    `create table ${shop}.posts (id bigint primary key, meta json)`,
    `create table ${shop}.drafts (id int primary key)`,
    `create table ${warehouse}.facts (id bigint primary key, body json)`,
    `create view ${warehouse}.totals as select count(*) as total from ${warehouse}.facts`,
  ]) {
    await raw.query(statement)
  }
})
afterAll(async () => {
  await raw.query(`drop database if exists ${warehouse}`)
})

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const text = (name: string): string => readFileSync(work.path(name), 'utf8')
const start = (...argv: readonly string[]): Promise<CommandResult> => work.run(argv)

const ofBoth = {
  overrides: { 'posts.meta': 'Meta', 'facts.body': 'string[]', '*.bod?': 'never' },
  columnTypes: { 'posts.id': 'bigint' },
  nonNull: ['totals.total'],
  slices: { press: ['posts'] },
  interfaceNames: { facts: 'Fakten' },
  exclude: ['drafts'],
}

function configure(shared: object, own: object = {}): void {
  const targets = [
    { name: 'shop', outFile: 'shop/db.ts', source: { url: `${server.url}/${shop}` } },
    { name: 'wh', outFile: 'wh/db.ts', source: { url: `${server.url}/${warehouse}` }, ...own },
  ]
  writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ ...shared, targets }))
}

describe('options beside targets that read two databases', () => {
  it('may name tables of one of them', async () => {
    configure(ofBoth)
    expect(await start()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Wrote wh/db.ts (2 tables).'),
    })
    expect(text('shop/db.ts')).toContain('interface PressDB')
    expect(text('wh/db.ts')).toContain('interface Fakten')
    expect(text('wh/db.ts')).toContain('body: Json<string[]> | null')
    expect(await start('check')).toMatchObject({ code: 0 })
    expect(await start('check', '--offline')).toMatchObject({ code: 0 })
    expect(await start('docs')).toMatchObject({ code: 0 })
    expect(await start('--target', 'wh', '--force')).toMatchObject({ code: 0 })
  })

  it.each([
    [{ overrides: { 'facts.bodi': 'x' } }, "overrides names 'facts.bodi', and there is no such"],
    [{ overrides: { '*.bod': 'x' }, exclude: [] }, "overrides names '*.bod'"],
    [{ columnTypes: { 'post.id': 'bigint' } }, "columnTypes names 'post.id'"],
    [{ nonNull: ['totals.sum'] }, "nonNull names 'totals.sum'"],
    [{ slices: { press: ['fact'] } }, "slices.press names 'fact'"],
    [{ interfaceNames: { fact: 'Fact' } }, 'key of interfaceNames fact matches no table'],
    [{ exclude: ['draft'] }, 'exclude pattern draft matches no table'],
  ])('are refused where no target has what they name: %j', async (shared, message) => {
    configure({ ...ofBoth, ...shared })
    const { code, stderr } = await start()
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it('of a target itself may name its own tables only', async () => {
    configure({}, { overrides: { 'posts.meta': 'Meta' } })
    const { code, stderr } = await start()
    expect(code).toBe(2)
    expect(stderr).toContain("Target wh: overrides names 'posts.meta'")
  })
})

describe('a database that --database names', () => {
  it('is read where the URL names one that is not there', async () => {
    const url = `${server.url}/kmo_no_such_database`
    const read = await start('--print', '--url', url, '--database', shop)
    expect([read.code, read.stderr]).toEqual([0, ''])
    const neither = await start('--print', '--url', `${server.url}/${shop}`, '--database', 'kmo_no')
    expect(neither.stderr).toContain('There is no database kmo_no on ')
  })
})
