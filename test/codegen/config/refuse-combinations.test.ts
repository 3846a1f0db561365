import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const url = 'mysql://root:111@127.0.0.1:1/shop'

describe('a flag that another one makes useless', () => {
  it.each([
    [['check', '--offline', '--url', url], '--offline cannot go with --url'],
    [['docs', '--offline', '--at', 'friday'], '--offline cannot go with --at'],
    [['generate', '--from', 's.json', '--database', 'a'], '--from cannot go with --database'],
    [['generate', '--from', 's.json', '--ssl-ca', 'a'], '--from cannot go with --ssl-ca'],
    [['check', '--migrations', 'm', '--at', 'x'], '--migrations cannot go with --at'],
    [['generate', '--verify', '--print'], '--verify cannot go with --print'],
    [['check', '--self-test', '--impact', 'x'], '--self-test cannot go with --impact'],
    [['check', '--on-clone'], '--on-clone needs --migrations'],
    [['--reporter', 'json'], '--reporter needs --verify'],
  ])('is refused: %j', async (argv, message) => {
    const { code, stdout, stderr } = await work.run(argv)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`mo-codegen: ${message}: it `)
  })

  it('is none of the environment or the configuration file', async () => {
    const { stderr } = await work.run(['check', '--offline'], { DATABASE_URL: url })
    expect(stderr).toContain('There is no snapshot file generated/db.schema.json.')
  })
})
