/** The script of the page: the search box, and the picture that can be moved. Without it both are still readable. */
export const pageScript = `
const find = document.getElementById('find'), said = document.getElementById('said')
const picture = document.querySelector('.picture'), none = document.getElementById('none')
const tables = [...document.querySelectorAll('section.table')].map((section) => ({
  section,
  entry: document.querySelector('nav li[data-of="' + section.id + '"]'),
  head: section.querySelector('h2').textContent.toLowerCase(),
  rows: [...section.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  rest: [...section.querySelectorAll('.comment, .facts, pre')].map((part) => part.textContent.toLowerCase()).join(' '),
}))
function search() {
  const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const all = (text) => words.every((word) => text.includes(word))
  let shown = 0
  for (const { section, entry, head, rows, rest } of tables) {
    const found = rows.filter(({ row, text }) => {
      const hit = words.length > 0 && all(head + ' ' + text) && words.some((word) => text.includes(word))
      row.classList.toggle('found', hit)
      return hit
    })
    const hit = words.length === 0 || found.length > 0 || all(head + ' ' + rest)
    section.hidden = entry.hidden = !hit
    if (hit) shown++
  }
  said.textContent = words.length === 0 ? '' : shown + ' of ' + tables.length
  none.hidden = words.length === 0 || shown > 0
  // What was found comes first.
  if (picture) picture.hidden = words.length > 0
  scrollTo(0, 0)
}
const clear = () => { find.value = ''; search() }
find.addEventListener('input', search)
addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && document.activeElement !== find) { event.preventDefault(); find.focus() }
  if (event.key === 'Escape' && document.activeElement === find) clear()
})
// A link leads also to what the search has hidden.
addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  if (link && document.getElementById(link.getAttribute('href').slice(1)).hidden) clear()
})
if (find.value) search()
if (matchMedia('(min-width: 46.01rem)').matches) document.querySelector('nav details').open = true

const svg = document.getElementById('er')
if (svg) {
  const whole = { x: 0, y: 0, width: Number(svg.dataset.width), height: Number(svg.dataset.height) }
  let view = { ...whole }, moved = 0
  const touches = new Map()
  const scale = () => Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight)
  const show = () => {
    svg.setAttribute('viewBox', [view.x, view.y, view.width, view.height].join(' '))
    svg.classList.toggle('far', scale() > 1.8)
  }
  const move = (dx, dy) => { view.x += dx; view.y += dy; show() }
  const place = (x, y) => {
    const box = svg.getBoundingClientRect(), by = scale()
    return { x: view.x + view.width / 2 + (x - box.x - box.width / 2) * by, y: view.y + view.height / 2 + (y - box.y - box.height / 2) * by }
  }
  const zoom = (factor, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) => {
    const width = Math.min(Math.max(view.width * factor, 150), whole.width * 4), by = width / view.width
    view = { x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by, width, height: view.height * by }
    show()
  }
  const fit = () => { view = { ...whole }; show() }
  /** Large pictures start where the text can be read, and small ones are not made larger. */
  const start = () => {
    view = { ...whole }
    if (scale() < 1) {
      svg.style.height = Math.max(whole.height, 160) + 'px'
      view.x = (whole.width - svg.clientWidth) / 2
      view.width = svg.clientWidth
    } else if (scale() > 1.25) { view.width = svg.clientWidth; view.height = svg.clientHeight }
    show()
  }
  const spread = () => { const [a, b] = [...touches.values()]; return Math.hypot(a.x - b.x, a.y - b.y) }
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    touches.set(event.pointerId, { x: event.clientX, y: event.clientY })
    moved = 0
  })
  svg.addEventListener('pointermove', (event) => {
    const last = touches.get(event.pointerId)
    if (!last) return
    const before = touches.size === 2 ? spread() : 0
    touches.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (touches.size === 2) zoom(before / Math.max(1, spread()), place(event.clientX, event.clientY))
    else move((last.x - event.clientX) * scale(), (last.y - event.clientY) * scale())
    moved += Math.abs(last.x - event.clientX) + Math.abs(last.y - event.clientY)
    if (moved > 4 && !svg.hasPointerCapture(event.pointerId)) { svg.setPointerCapture(event.pointerId); svg.classList.add('moving') }
  })
  for (const name of ['pointerup', 'pointercancel']) svg.addEventListener(name, (event) => { touches.delete(event.pointerId); svg.classList.remove('moving') })
  svg.addEventListener('pointerleave', (event) => { if (!svg.hasPointerCapture(event.pointerId)) touches.delete(event.pointerId) })
  svg.addEventListener('click', (event) => { if (moved > 4) event.preventDefault() }, true)
  svg.addEventListener('dragstart', (event) => event.preventDefault())
  svg.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    zoom(Math.exp(event.deltaY / 200), place(event.clientX, event.clientY))
  }, { passive: false })
  svg.addEventListener('keydown', (event) => {
    const step = 40 * scale()
    const act = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key]
    if (act) move(...act)
    else if (event.key === '+') zoom(0.8)
    else if (event.key === '-') zoom(1.25)
    else if (event.key === '0') start()
    else return
    event.preventDefault()
  })
  document.getElementById('nearer').addEventListener('click', () => zoom(0.8))
  document.getElementById('farther').addEventListener('click', () => zoom(1.25))
  document.getElementById('fit').addEventListener('click', fit)
  addEventListener('beforeprint', fit)
  document.querySelector('.tools').hidden = false
  // From afar a box has its name only, as large as there is room.
  for (const box of svg.querySelectorAll('.box')) {
    const title = box.querySelector('.title'), room = box.querySelector('rect').width.baseVal.value - 10
    title.style.setProperty('--far', 12 * Math.min(2.5, room / title.getComputedTextLength()) + 'px')
  }
  start()
}
`
