import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Flags } from '../../../codegen/config/flags.js'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { splitUrl } from '../../../codegen/config/tls.js'
import { Workspace } from '../cli/run-cli.js'

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n`

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  for (const name of ['ca', 'cert', 'key', 'other'])
    writeFileSync(work.path(`${name}.pem`), pem(name))
})
afterEach(() => work.remove())

const tlsOf = async (flags: Flags) =>
  (await resolveSettings(flags, { cwd: work.folder, env: {} })).source.tls

describe('TLS', () => {
  it('is off unless it is asked for', async () => {
    expect(await tlsOf({})).toBeUndefined()
    expect(await tlsOf({ sslMode: 'disabled', sslCa: 'ca.pem' })).toBeUndefined()
  })

  it('checks certificate and host name when an authority is given', async () => {
    expect(await tlsOf({ sslCa: 'ca.pem' })).toEqual({
      ca: pem('ca'),
      rejectUnauthorized: true,
      verifyIdentity: true,
    })
  })

  it.each([
    ['required', false, false],
    ['verify-ca', true, false],
    ['verify-identity', true, true],
  ] as const)('in the mode %s', async (sslMode, rejectUnauthorized, verifyIdentity) => {
    expect(await tlsOf({ sslMode })).toEqual({ rejectUnauthorized, verifyIdentity })
  })

  it('can be asked for in the URL, whose parameters do not reach the driver', async () => {
    const url = 'mysql://h/x?ssl_mode=VERIFY_CA&connectTimeout=500&ssl-ca=ca.pem'
    const settings = await resolveSettings({ url }, { cwd: work.folder, env: {} })
    expect(settings.source.url?.value).toBe('mysql://h/x?connectTimeout=500')
    expect(settings.source.tls).toMatchObject({ ca: pem('ca'), verifyIdentity: false })
    expect(await tlsOf({ url: 'mysql://h/x?ssl=true' })).toMatchObject({ verifyIdentity: true })
    expect(await tlsOf({ url: 'mysql://h/x?ssl=false' })).toBeUndefined()
    expect(splitUrl('mysql://h/x').url).toBe('mysql://h/x')
  })

  it('leaves the time of a URL to diff', async () => {
    await expect(tlsOf({ url: 'mysql://h/x?at=friday' })).rejects.toThrow(
      'Name the snapshot with --at.',
    )
  })

  it('is that of a flag before the URL before the configuration file, whose paths count from it', async () => {
    const config = '{"sslMode":"required","sslCa":"ca.pem","url":"mysql://h/x?ssl-ca=other.pem"}'
    writeFileSync(work.path('mo-codegen.config.json'), config)
    expect(await tlsOf({})).toMatchObject({ ca: pem('other'), rejectUnauthorized: false })
    expect(await tlsOf({ sslMode: 'verify-ca', sslCa: 'cert.pem' })).toMatchObject({
      ca: pem('cert'),
      rejectUnauthorized: true,
    })
  })

  it('needs certificate and key together, and files that are there', async () => {
    expect(
      await tlsOf({ sslMode: 'required', sslCert: 'cert.pem', sslKey: 'key.pem' }),
    ).toMatchObject({
      cert: pem('cert'),
      key: pem('key'),
    })
    await expect(tlsOf({ sslCert: 'cert.pem' })).rejects.toThrow(
      'Give both --ssl-cert and --ssl-key.',
    )
    await expect(tlsOf({ sslCa: 'no.pem' })).rejects.toThrow(
      'The file no.pem cannot be read.\nIt was named by --ssl-ca.',
    )
  })

  it('cannot compare an address with the name in a certificate', async () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const url = `mysql://${host}:6001/x`
      await expect(tlsOf({ url, sslCa: 'ca.pem' })).rejects.toThrow(
        'verify-identity needs a host name',
      )
      expect(await tlsOf({ url, sslCa: 'ca.pem', sslMode: 'verify-ca' })).toBeDefined()
    }
  })

  it('takes PEM files only', async () => {
    writeFileSync(work.path('der.pem'), 'x')
    await expect(tlsOf({ sslCa: 'der.pem' })).rejects.toThrow('The file der.pem is not PEM.')
  })

  it.each([
    ['mysql://h/x?ssl=maybe', "The URL's parameter ssl must be one of true, false."],
    ['mysql://h/x?ssl-mode=on', "The URL's parameter ssl-mode must be one of disabled, required,"],
    ['mysql://h/x?sslcert=a', 'The URL has the parameter sslcert, which is unknown.'],
  ])('of the URL %s is refused', async (url, message) => {
    await expect(tlsOf({ url })).rejects.toThrow(message)
  })
})
