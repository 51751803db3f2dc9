import { html, Html, nothing } from './html.ts'
import { letterView } from './letter-view.ts'
import { boxes, type Box, type InboxSources } from './letters.ts'
import type { NameOf } from './mrkdwn.ts'
import { css } from './style.ts'

/** The box, the search and the page that a visitor asked for. */
export type View = { box: string | undefined; search: string; page: number }

const lettersPerPage = 20
/** The most channels and people in the list. A search finds the others. */
const mostBoxesListed = 200

const address = (box: string, search: string, page = 1): string => {
  const query = new URLSearchParams({ box })
  if (search !== '') query.set('q', search)
  if (page > 1) query.set('page', String(page))
  return `/?${query.toString()}`
}

export const names = (sources: InboxSources): NameOf => {
  const byId = new Map((sources.users ?? []).map((user) => [user.id, user.name]))
  return (id) => byId.get(id)
}

export const documentOf = (title: string, head: Html, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        ${head}
        <title>${title}</title>
        <style>
          ${new Html(css)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup

const group = (title: string, links: Html[]) =>
  links.length === 0
    ? nothing
    : html`<h2>${title}</h2>
        ${links}`

/** The list of boxes. `link` returns the URL of a box. */
export const boxList = (
  all: readonly Box[],
  chosen: string | undefined,
  link: (box: Box) => string,
): Html => {
  const listed = all.slice(0, mostBoxesListed)
  const entries = (kind: Box['kind']) =>
    listed
      .filter((box) => box.kind === kind)
      .map(
        (box) =>
          html`<a href="${link(box)}" class="${box.id === chosen ? 'on' : ''}" title="${box.id}"
            ><span>${box.name}</span><span class="count">${box.letters.length}</span></a
          >`,
      )
  const more = all.length - listed.length
  return html`${group('Channels', entries('channel'))}${group('People', entries('person'))}
  ${more > 0 ? html`<p>Search to find ${more} more</p>` : nothing}`
}

export const boxHeader = (box: Box, note: string): Html =>
  html`<header>
    <h2>${box.name}</h2>
    <span class="soft"
      >${box.kind === 'person' && box.id !== box.name ? `${box.id} · ` : ''}${note}</span
    >
  </header>`

/** One page of the inbox. */
export const renderInbox = (sources: InboxSources, view: View): string => {
  const all = boxes(sources, view.search)
  const box = all.find((each) => each.id === view.box) ?? all[0]
  const total = box?.letters.length ?? 0
  const pages = Math.max(1, Math.ceil(total / lettersPerPage))
  const page = Math.min(Math.max(1, view.page), pages)
  const letters = (box?.letters ?? []).slice((page - 1) * lettersPerPage, page * lettersPerPage)
  const turn = (to: number, label: string) =>
    box && to >= 1 && to <= pages
      ? html`<a href="${address(box.id, view.search, to)}">${label}</a>`
      : nothing
  const nav = html`<nav>
    <h1>keynag inbox</h1>
    <form action="/">
      <input
        type="search"
        name="q"
        value="${view.search}"
        placeholder="search"
        aria-label="search"
      />
    </form>
    ${boxList(all, box?.id, (each) => address(each.id, view.search))}
  </nav>`
  const main = box
    ? html`<main>
        ${boxHeader(box, `${total} ${total === 1 ? 'message' : 'messages'}, page ${page} of ${pages}`)}
        ${letters.map((letter) => letterView(letter, names(sources)))}
        <div class="pages">${turn(page - 1, '← newer')}${turn(page + 1, 'older →')}</div>
      </main>`
    : html`<main>
        <p class="empty">
          ${view.search === '' ? 'Nobody has received a message yet.' : 'Nothing matches the search.'}
        </p>
      </main>`
  return documentOf('keynag inbox', nothing, html`${nav}${main}`)
}
