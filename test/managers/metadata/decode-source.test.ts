import { describe, expect, it } from 'vitest'
import { decodeSource } from '../../../src/managers/metadata/decode-source.js'

/** The shape of `rel_createsql` on 4.2.0. */
function createSql(options: readonly string[], tail: object = {}): string {
  return JSON.stringify({ ScanType: 1, Filepath: '', Format: '', Option: options, Tail: tail })
}

describe('the source of an external table', () => {
  it('is its file and how its lines are cut', () => {
    const tail = {
      Fields: { Terminated: { Value: ',' }, EnclosedBy: { Value: 34 }, EscapedBy: null },
      Lines: { StartingBy: '', TerminatedBy: { Value: '\n' } },
      IgnoredLines: 1,
    }
    expect(decodeSource(createSql(['filepath', '/data/a.csv', 'format', 'csv'], tail))).toEqual({
      filepath: '/data/a.csv',
      format: 'csv',
      'fields terminated by': ',',
      'fields enclosed by': '"',
      'lines terminated by': '\n',
      'ignore lines': '1',
    })
  })

  it('has no credentials', () => {
    const source = decodeSource(
      createSql([
        'endpoint',
        'https://key:secret@host:9000',
        'access_key_id',
        'AKIA',
        'secret_access_key',
        's3cr3t',
        'bucket',
        'b',
        'FilePath',
        'dir/a.csv',
        'role_arn',
        'arn',
        'external_id',
        'x',
      ]),
    )
    expect(source).toEqual({ endpoint: 'https://host:9000', bucket: 'b', filepath: 'dir/a.csv' })
  })

  it('is empty where the text is something else', () => {
    for (const text of ['', 'create external table', 'null', '[]', '{"Option":[1]}']) {
      expect(decodeSource(text)).toEqual({})
    }
  })
})
