import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const DOCS = new URL('../../docs/', import.meta.url)

const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md'))

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: URL): ReadonlySet<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/```.*?```/gs, '')
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe('the documentation', () => {
  it.each(pages)('%s links only to what is there', (page) => {
    const text = readFileSync(new URL(page, DOCS), 'utf8').replaceAll(/```.*?```/gs, '')
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '')
    const local = links.filter((link) => !/^\w+:/.test(link))
    expect(local.filter((link) => !existsSync(new URL(link, new URL(page, DOCS))))).toEqual([])
  })

  it.each(pages)('%s links only to headings that are there', (page) => {
    const text = readFileSync(new URL(page, DOCS), 'utf8').replaceAll(/```.*?```/gs, '')
    const links = [...text.matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)]
    const missing = links.filter(([, file = '', anchor = '']) => {
      const target = file === '' ? new URL(page, DOCS) : new URL(file, new URL(page, DOCS))
      return target.pathname.endsWith('.md') && !anchorsOf(target).has(anchor)
    })
    expect(missing.map(([link]) => link)).toEqual([])
  })

  it('names every manager’s page in the table of managers', () => {
    const table = readFileSync(new URL('managers/README.md', DOCS), 'utf8')
    const managers = pages.filter((page) => /^managers\/(?!README)/.test(page))
    expect(managers.length).toBeGreaterThan(14)
    expect(managers.filter((page) => !table.includes(`(${page.slice(9)})`))).toEqual([])
  })
})
