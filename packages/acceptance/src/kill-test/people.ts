import { dayMs } from '@keynag/core'
import type { World } from '@keynag/fake-aws/aws'
import type { Reader } from '@keynag/sandbox/demo/reader'

type Persona = 'installs' | 'ignores' | 'reactivates' | 'deletes'

interface Person {
  readonly persona: Persona
  readonly keyId: string
  /** Whether the person has acted. Each person acts only once. */
  hasActed: boolean
}

/** Owners of stale keys. Some do as the messages say, some do nothing, and some interfere. */
export class People {
  readonly #world: World
  readonly #reader: Reader
  readonly #random: () => number
  readonly #accountId: string
  readonly #people: Person[] = []

  constructor(world: World, reader: Reader, accountId: string, random: () => number) {
    this.#world = world
    this.#reader = reader
    this.#accountId = accountId
    this.#random = random
  }

  /** Adds people with keys that have just become stale. */
  join(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const userName = `user-${this.#people.length}`
      const createdAtMs = this.#world.clock.now() - 91 * dayMs
      this.#world.addUser(this.#accountId, {
        userName,
        tags: { owner: `${userName}@example.com` },
        createdAtMs: createdAtMs - dayMs,
      })
      const { id } = this.#world.addAccessKey(this.#accountId, userName, { createdAtMs })
      this.#people.push({ persona: this.#persona(), keyId: id, hasActed: false })
    }
  }

  /** Everybody reads new messages and then acts. */
  live(): void {
    this.#reader.read()
    for (const person of this.#people) {
      if (!person.hasActed) person.hasActed = this.#act(person)
    }
  }

  #persona(): Persona {
    const chance = this.#random()
    if (chance < 0.7) return 'installs'
    if (chance < 0.85) return 'ignores'
    return chance < 0.95 ? 'reactivates' : 'deletes'
  }

  #act({ persona, keyId }: Person): boolean {
    const key = this.#world.key(keyId)
    switch (persona) {
      case 'installs': {
        if (this.#reader.handoverFor(keyId) === undefined) return false
        const replacement = key.user.keys.find((other) => other !== key && other.exists.latest)
        return replacement !== undefined && this.#world.useKey(replacement.id, { service: 's3' })
      }
      case 'ignores':
        return true
      case 'reactivates':
        if (!key.exists.latest || key.status.latest !== 'Inactive') return false
        this.#world.setKeyStatus(keyId, 'Active')
        return true
      case 'deletes':
        if (this.#reader.lettersAbout(keyId).length === 0 || !key.exists.latest) return false
        this.#world.deleteKeyByHand(keyId)
        return true
      default:
        return persona satisfies never
    }
  }
}
