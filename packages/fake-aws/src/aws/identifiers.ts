import { createHash } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'

const letters = (bytes: Buffer, alphabet: string, length: number): string => {
  let text = ''
  for (let at = 0; at < length; at += 1) {
    text += alphabet.charAt((bytes[at % bytes.length] ?? 0) % alphabet.length)
  }
  return text
}

/**
 * Makes identifiers and random numbers. Each is a digest of the seed and of its purpose, so it does
 * not depend on the order in which concurrent requests arrive, and the same seed gives the same.
 */
export class Identifiers {
  readonly #seed: string

  constructor(random: () => number) {
    this.#seed = [random(), random(), random(), random()].join(' ')
  }

  /** AKIA and 16 characters of base32 (IAM User Guide, Unique identifiers, for the prefixes). */
  accessKeyId(...purpose: readonly (string | number)[]): string {
    return `AKIA${letters(this.#digest('access key', purpose), BASE32, 16)}`
  }

  /** The ID of a session's key. */
  temporaryKeyId(...purpose: readonly (string | number)[]): string {
    return `ASIA${letters(this.#digest('session key', purpose), BASE32, 16)}`
  }

  /** AIDA for users, AROA for roles, AGPA for groups. */
  uniqueId(prefix: 'AIDA' | 'AROA' | 'AGPA', ...purpose: readonly (string | number)[]): string {
    return `${prefix}${letters(this.#digest(prefix, purpose), BASE32, 17)}`
  }

  /** 40 characters, as secret access keys have. */
  secret(...purpose: readonly (string | number)[]): string {
    return this.#digest('secret', purpose).subarray(0, 30).toString('base64')
  }

  sessionToken(...purpose: readonly (string | number)[]): string {
    const long = [0, 1, 2, 3].map((part) => this.#digest('token', [...purpose, part]))
    return `IQoJb3JpZ2lu${Buffer.concat(long).toString('base64')}`
  }

  lowercase(length: number, ...purpose: readonly (string | number)[]): string {
    return letters(this.#digest('name', purpose), LOWER, length)
  }

  /** The six characters that end a secret's ARN. */
  secretSuffix(...purpose: readonly (string | number)[]): string {
    const alphabet = `${BASE32.slice(0, 26)}${LOWER}`
    return letters(this.#digest('suffix', purpose), alphabet, 6)
  }

  uuid(...purpose: readonly (string | number)[]): string {
    const hex = this.#digest('uuid', purpose).toString('hex')
    const variant = `4${hex.slice(13, 16)}-8${hex.slice(17, 20)}`
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${variant}-${hex.slice(20, 32)}`
  }

  /** A random number of at least 0 and below 1. */
  chance(...purpose: readonly (string | number)[]): number {
    return this.#digest('chance', purpose).readUInt32BE(0) / 2 ** 32
  }

  #digest(kind: string, purpose: readonly (string | number)[]): Buffer {
    return createHash('sha256')
      .update([this.#seed, kind, ...purpose].join('\u0000'))
      .digest()
  }
}
