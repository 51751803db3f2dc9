import { writeFile } from 'node:fs/promises'
import { Html, html, nothing } from './html.ts'
import { letterView } from './letter-view.ts'
import { boxes, type InboxSources } from './letters.ts'
import { boxHeader, boxList, documentOf, names } from './page.ts'
import { contentSecurityPolicy } from './style.ts'

export type InboxFileOptions = {
  title?: string
  /** How many messages of each channel or person the file contains, newest first; default 25. */
  mostLettersEach?: number
  /** How many channels and people the file contains; default 200. */
  mostBoxes?: number
}

/** Shows only the box in the URL's fragment, or the first box, without a script. */
const oneBoxAtATime =
  'main section{display:none}main section:target{display:block}' +
  'main:not(:has(section:target)) section:first-of-type{display:block}'

/** The inbox as one HTML file that needs no server, no script and no network. */
export const renderInboxFile = (sources: InboxSources, options: InboxFileOptions = {}): string => {
  const { title = 'keynag inbox', mostLettersEach = 25, mostBoxes = 200 } = options
  const all = boxes(sources)
  const shown = all.slice(0, mostBoxes)
  const anchors = new Map(shown.map((box, index) => [box.id, `box-${index}`]))
  const sections = shown.map((box) => {
    const letters = box.letters.slice(0, mostLettersEach)
    const left = box.letters.length - letters.length
    const note = `${box.letters.length} in all${left > 0 ? `, only the newest ${letters.length} are shown` : ''}`
    return html`<section id="${anchors.get(box.id) ?? ''}">
      ${boxHeader(box, note)} ${letters.map((letter) => letterView(letter, names(sources)))}
    </section>`
  })
  const left = all.length - shown.length
  const head = html`<meta
      http-equiv="Content-Security-Policy"
      content="${contentSecurityPolicy.replace(/; frame-ancestors.*$/, '')}"
    />
    <style>
      ${new Html(oneBoxAtATime)}
    </style>`
  const body = html`<nav>
      <h1>${title}</h1>
      ${boxList(shown, undefined, (box) => `#${anchors.get(box.id) ?? ''}`)}
      ${left > 0 ? html`<p>${left} more channels and people are not in this file</p>` : nothing}
    </nav>
    <main>
      ${sections.length > 0 ? sections : html`<p class="empty">Nobody has received a message yet.</p>`}
    </main>`
  return documentOf(title, head, body)
}

export const writeInboxFile = (
  path: string,
  sources: InboxSources,
  options: InboxFileOptions = {},
): Promise<void> => writeFile(path, renderInboxFile(sources, options))
