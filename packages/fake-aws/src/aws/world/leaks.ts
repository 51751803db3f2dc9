import type { WorldState } from './world-state.ts'

/** So many characters of a secret in a row count as a leak. Shorter runs can match by chance. */
const fragmentLength = 12
/** The length of an index entry. Every run of `fragmentLength` contains at least one whole entry. */
const gramLength = 6

/** One spelling of a secret in a text: plain, or one of its base64 alignments. */
interface Form {
  readonly owner: string
  readonly text: string
}

interface Place {
  readonly form: Form
  readonly at: number
}

/** The secret itself, and its base64 as part of a longer text, at each of the three alignments. */
function formsOf(owner: string, secret: string): readonly Form[] {
  const encoded = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)])
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor((bytes.length * 8) / 6)
    return bytes.toString('base64').slice(first, last)
  })
  return [secret, ...encoded].map((text) => ({ owner, text }))
}

/** Undoes the escapes that URLs, JSON and HTML use for the two symbols of base64. */
const unescaped = (text: string): string =>
  text
    .replaceAll(/%(?:25)*2F|\\u002[fF]|&#x2[fF];|&#47;|\\+\//gi, '/')
    .replaceAll(/%(?:25)*2B|\\u002[bB]|&#x2[bB];|&#43;/gi, '+')

/**
 * Searches texts for every secret access key, long-term or temporary, that the simulated AWS has
 * issued. It finds them plain, in base64, and escaped for a URL, JSON or HTML, and it finds every
 * fragment of at least twelve characters.
 */
export class SecretFinder {
  readonly #world: Pick<WorldState, 'keys' | 'sessions'>
  readonly #known = new Set<string>()
  readonly #places = new Map<string, Place[]>()

  constructor(world: Pick<WorldState, 'keys' | 'sessions'>) {
    this.#world = world
  }

  /** The IDs of the keys whose secrets, or fragments of them, are in the text. */
  ownersIn(text: string): readonly string[] {
    this.#addNewSecrets()
    const found = new Set<string>()
    for (const [run] of unescaped(text).matchAll(/[A-Za-z0-9+/]{12,}/g)) {
      for (let at = 0; at + gramLength <= run.length; at += 1) {
        for (const place of this.#places.get(run.slice(at, at + gramLength)) ?? []) {
          if (commonLength(run, at, place) >= fragmentLength) found.add(place.form.owner)
        }
      }
    }
    return [...found]
  }

  /** Adds the secrets that were issued since the last search. */
  #addNewSecrets(): void {
    const { keys, sessions } = this.#world
    for (const { id, secret } of keys.all()) this.#add(id, secret.reveal())
    for (const { accessKeyId, secret } of sessions.all()) this.#add(accessKeyId, secret.reveal())
  }

  #add(owner: string, secret: string): void {
    if (this.#known.has(owner)) return
    this.#known.add(owner)
    for (const form of formsOf(owner, secret)) {
      for (let at = 0; at + gramLength <= form.text.length; at += gramLength) {
        const gram = form.text.slice(at, at + gramLength)
        const places = this.#places.get(gram)
        if (places === undefined) this.#places.set(gram, [{ form, at }])
        else places.push({ form, at })
      }
    }
  }
}

/** How many characters in a row the run and the form share around a matching index entry. */
function commonLength(run: string, at: number, { form, at: inForm }: Place): number {
  let before = 0
  while (
    before < Math.min(at, inForm) &&
    run.charAt(at - before - 1) === form.text.charAt(inForm - before - 1)
  ) {
    before += 1
  }
  let after = gramLength
  while (
    at + after < run.length &&
    inForm + after < form.text.length &&
    run.charAt(at + after) === form.text.charAt(inForm + after)
  ) {
    after += 1
  }
  return before + after
}
