import type { World } from '@keynag/fake-aws/aws'
import { dayAt } from './names.ts'
import { oldestOf, type DemoOrganization } from './organization.ts'

/** Something that people change in the middle of the demo, and who reads about it. */
export interface Change {
  readonly day: number
  /** The person whose box of the inbox shows it. */
  readonly reader?: string
  readonly what: string
}

/**
 * What people change in the organization: a key gets another owner, and a team closes its account.
 * Both happen to keys that keynag has begun to remind people of.
 */
export class Changes {
  readonly #world: World
  readonly #demo: DemoOrganization
  readonly #days: number
  readonly made: Change[] = []

  constructor(world: World, demo: DemoOrganization, days: number) {
    this.#world = world
    this.#demo = demo
    this.#days = days
  }

  /** Makes the changes of this day. Call it before the day's scan. */
  begin(day: number): void {
    if (day === dayAt(this.#days, 0.12)) this.#changeOwner(day)
    if (day === dayAt(this.#days, 0.25)) this.#closeAccount(day, 'PENDING_CLOSURE')
    if (day === dayAt(this.#days, 0.3)) this.#closeAccount(day, 'CLOSED')
  }

  #changeOwner(day: number): void {
    const { inhabitants } = this.#demo
    const key = oldestOf(this.#world, inhabitants, ({ persona, isProgram, email }) => {
      return persona === 'idle' && isProgram && email !== this.#demo.bouncing
    })
    const successor = inhabitants.find(({ persona, isProgram }) => persona === 'idle' && !isProgram)
    if (key?.email === undefined || successor?.email === undefined) return
    this.#world.tagUser(key.accountId, key.userName, { owner: successor.email }, 'operator')
    const what = `${key.userName}'s key is now ${successor.email}'s: warned anew, with the full grace`
    this.made.push({ day, reader: key.email, what })
  }

  #closeAccount(day: number, state: 'PENDING_CLOSURE' | 'CLOSED'): void {
    const { closing } = this.#demo
    if (closing === undefined) return
    this.#world.setAccountState(closing, state)
    if (state === 'CLOSED') return
    const account = this.#world.account(closing).name
    const reader = oldestOf(
      this.#world,
      this.#demo.inhabitants,
      ({ accountId, persona }) => accountId === closing && persona !== 'tidy',
    )
    if (reader?.email === undefined) return
    const what = `the account ${account} is being closed: keynag stops, and writes no more`
    this.made.push({ day, reader: reader.email, what })
  }
}
