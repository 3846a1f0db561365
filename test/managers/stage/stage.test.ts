import { MatrixOne, StageError, UnsupportedError, ValueError } from 'kysely-matrixone'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const NAMES = ['kmo_stage_a', 'kmo_stage_b', 'kmo_stage_s3']
const folder = 'file:///var/lib/matrixone-test/stage/'
let db: MatrixOne<Record<string, never>>

async function dropAll(): Promise<void> {
  for (const name of NAMES) await db.stage.drop(name, { ifExists: true })
}

beforeAll(async () => {
  db = new MatrixOne({ connection: server.options })
})

afterAll(async () => {
  await dropAll()
  await db.destroy()
})

beforeEach(dropAll)

describe('a stage', () => {
  it('is created, read back, changed and dropped', async () => {
    const created = await db.stage.create('KMO_stage_a', { url: folder, comment: `it's "q" \\ z` })
    expect(created).toEqual({
      name: 'kmo_stage_a',
      url: folder,
      enabled: true,
      comment: `it's "q" \\ z`,
    })
    expect(await db.stage.exists('kmo_stage_a')).toBe(true)
    const stages = await db.stage.list()
    expect(stages.filter(({ name }) => NAMES.includes(name))).toEqual([created])
    const altered = await db.stage.alter('kmo_stage_a', {
      url: 'file:///var/lib/matrixone-test/',
      comment: '',
      enabled: false,
    })
    expect(altered).toEqual({
      name: 'kmo_stage_a',
      url: 'file:///var/lib/matrixone-test/',
      enabled: false,
      comment: null,
    })
    await db.stage.drop('kmo_stage_a')
    expect(await db.stage.exists('kmo_stage_a')).toBe(false)
  })

  it('whose name is taken or missing is an error that names it', async () => {
    await db.stage.create('kmo_stage_a', { url: folder })
    await expect(db.stage.create('kmo_stage_a', { url: folder })).rejects.toMatchObject({
      name: 'StageError',
      message: expect.stringContaining('Could not create stage kmo_stage_a'),
      errno: 20101,
    })
    await db.stage.create('kmo_stage_a', { url: 'file:///other/', ifNotExists: true })
    expect((await db.stage.get('kmo_stage_a')).url).toBe(folder)
    expect(await db.stage.list({ like: 'kmo_stage_a' })).toMatchObject([{ name: 'kmo_stage_a' }])
    expect(await db.stage.list({ like: `kmo_stage_%' or '1'='1` })).toEqual([])
    await expect(db.stage.get('kmo_stage_b')).rejects.toThrow(
      new StageError('There is no stage kmo_stage_b. db.stage.list() lists those of this account.'),
    )
    await expect(db.stage.alter('kmo_stage_b', { comment: 'x' })).rejects.toThrow(StageError)
    await expect(db.stage.drop('kmo_stage_b')).rejects.toThrow(StageError)
    await expect(db.stage.alter('kmo_stage_a', {})).rejects.toThrow('Nothing of stage')
    await expect(db.stage.create('kmo_stage_b', { url: 'http://x/' })).rejects.toThrow(StageError)
  })

  it('keeps its credentials for itself, in results and in errors', async () => {
    const secret = `s3cr'et"\\`
    const options = {
      bucket: 'acme',
      path: '/mo/',
      accessKeyId: 'AKIA',
      secretAccessKey: secret,
      region: 'eu',
    }
    const created = await db.stage.createS3('kmo_stage_s3', options)
    expect(created).toEqual({
      name: 'kmo_stage_s3',
      url: 's3://acme/mo',
      enabled: true,
      comment: null,
    })
    // Recordings hold no credentials, so the server counts what it has stored.
    const { rows } = await db.execute<{ stored: number }>(
      "select length(stage_credentials) as stored from mo_catalog.mo_stages where stage_name = 'kmo_stage_s3'",
    )
    expect(rows).toEqual([
      { stored: `AWS_KEY_ID=AKIA,AWS_SECRET_KEY=${secret},AWS_REGION=eu`.length },
    ])
    const failed = await db.stage.createS3('kmo_stage_s3', options).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(StageError)
    for (let error = failed; error instanceof Error; error = error.cause) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/s3cr|AKIA/)
    }
  })

  it('with a credential that would become two is refused', async () => {
    const credentials = { AWS_SECRET_KEY: 'a,AWS_REGION=b' }
    await expect(db.stage.create('kmo_stage_a', { url: folder, credentials })).rejects.toThrow(
      ValueError,
    )
  })

  it('cannot be made or changed in a transaction, but read', async () => {
    await db.stage.create('kmo_stage_a', { url: folder })
    await db.transaction().execute(async (trx) => {
      await expect(trx.stage.create('kmo_stage_b', { url: folder })).rejects.toThrow(
        UnsupportedError,
      )
      await expect(trx.stage.alter('kmo_stage_a', { comment: 'x' })).rejects.toThrow(
        UnsupportedError,
      )
      await expect(trx.stage.drop('kmo_stage_a')).rejects.toThrow(UnsupportedError)
      await expect(trx.stage.removeFiles('kmo_stage_a', '*')).rejects.toThrow(UnsupportedError)
      expect((await trx.stage.get('kmo_stage_a')).url).toBe(folder)
    })
    expect(await db.stage.exists('kmo_stage_b')).toBe(false)
  })
})

describe('the files of a stage', () => {
  beforeEach(async () => {
    if (!server.can.removeStageFiles) {
      // What is written stays for good, so each test gets a folder of its own.
      const { rows } = await db.execute<{ id: string }>('select uuid() as id')
      await db.stage.create('kmo_stage_a', { url: `${folder}${String(rows[0]?.id)}/` })
      return
    }
    await db.stage.create('kmo_stage_a', { url: folder })
    await db.stage.removeFiles('kmo_stage_a', '*.txt', { ifExists: true })
    await db.stage.removeFiles('kmo_stage_a', 'sub/*.txt', { ifExists: true })
  })

  it('are written, listed, read in part, and removed', async () => {
    expect(await db.stage.writeFile('kmo_stage_a', 'a.txt', `it's é\n`)).toBe(8)
    await db.stage.writeFile('kmo_stage_a', 'sub/b.txt', '0123456789')
    expect(await db.stage.files('kmo_stage_a', '*.txt')).toEqual([
      expect.stringMatching(/\/a\.txt$/),
    ])
    expect(await db.stage.files('kmo_stage_a', 'sub/')).toEqual([
      expect.stringMatching(/\/sub\/b\.txt$/),
    ])
    expect(await db.stage.readFile('kmo_stage_a', 'a.txt')).toBe(`it's é\n`)
    expect(await db.stage.readFile('kmo_stage_a', 'sub/b.txt', { offset: 2, size: 3 })).toBe('234')
    const removed = db.stage.removeFiles('kmo_stage_a', 'a.txt')
    if (!server.can.removeStageFiles) {
      return expect(removed).rejects.toThrow('REMOVE FILES FROM STAGE needs MatrixOne 4.1')
    }
    await removed
    expect(await db.stage.files('kmo_stage_a', '*.txt')).toEqual([])
  })

  it('that are missing, or there already, are errors', async () => {
    await expect(db.stage.readFile('kmo_stage_a', 'no.txt')).rejects.toMatchObject({ errno: 20405 })
    await expect(db.stage.removeFiles('kmo_stage_a', 'no.txt')).rejects.toThrow(
      server.can.removeStageFiles ? StageError : UnsupportedError,
    )
    await db.stage.writeFile('kmo_stage_a', 'a.txt', 'x')
    await expect(db.stage.writeFile('kmo_stage_a', 'a.txt', 'y')).rejects.toMatchObject({
      name: 'StageError',
      errno: 20406,
    })
    await expect(db.stage.files('kmo_stage_b')).rejects.toThrow(StageError)
  })

  it('cannot lie outside the stage', async () => {
    for (const file of ['../etc/passwd', 'a/../../b', '', '/', 'a?size=1', 'a#b', 'a\nb', 'a\\b']) {
      await expect(db.stage.readFile('kmo_stage_a', file)).rejects.toThrow(ValueError)
    }
    await expect(db.stage.removeFiles('kmo_stage_a', '../*')).rejects.toThrow(ValueError)
    await expect(db.stage.writeFile('kmo_stage_a', "it's.txt", 'x')).rejects.toThrow(ValueError)
    await expect(db.stage.create('kmo_stage_b', { url: 'file:///a/../b/' })).rejects.toThrow(
      ValueError,
    )
  })
})
