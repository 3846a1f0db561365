/** Reads HTML as a browser does, and says what could run or load something. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
/** An element of a parsed page. */
export type Element = DefaultTreeAdapterTypes.Element

/** All elements of a page, in order. */
export function elementsOf(html: string): readonly Element[] {
  const found: Element[] = []
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node)
    if ('childNodes' in node) node.childNodes.forEach(visit)
  }
  visit(parse(html))
  return found
}

/** The text of an element, without that of scripts. */
export function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

/** An attribute of an element. */
export function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value
}

/** Each attribute that could run or load something, other than links to anchors of ours. */
export function dangersOf(elements: readonly Element[]): readonly string[] {
  return elements.flatMap(({ tagName, attrs }) =>
    attrs
      .filter(
        ({ name, value }) =>
          name.startsWith('on') ||
          ['src', 'srcdoc', 'style', 'action', 'formaction', 'xlink:href'].includes(name) ||
          (name === 'href' && !/^#t_[\w-]+$/.test(value)),
      )
      .map(({ name, value }) => `${tagName} ${name}=${value}`),
  )
}

/** The names of the elements, each once and sorted. */
export function kindsOf(elements: readonly Element[]): readonly string[] {
  return [...new Set(elements.map(({ tagName }) => tagName))].toSorted()
}
