/** Markup that is safe to send, because `html` made it and escaped its values. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for an element or a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')

type Part = string | number | Html | readonly Html[]

const markupOf = (part: Part): string => {
  if (part instanceof Html) return part.markup
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  return part.map((each) => each.markup).join('')
}

/** A template that escapes its values, except those that are `Html` already. */
export const html = (template: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(
    template
      .map((text, index) => {
        const part = parts[index]
        return part === undefined ? text : text + markupOf(part)
      })
      .join(''),
  )

export const nothing = new Html('')
