import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { dayMs } from '@keynag/core'
import { z } from 'zod'
import type { World } from '@keynag/fake-aws/aws'
import type { Inhabitant } from './organization.ts'
import type { Reader } from './reader.ts'

const Stored = z.object({ accessKeyId: z.string() })

/** The number of reminders after which a `prompt` owner acts. */
const patience = 2
const replaceBeforeDays = 60

/** The people and programs of the demo. Once a day each of them reads messages, acts, and uses keys. */
export class Owners {
  readonly #world: World
  readonly #awsUrl: string
  readonly #reader: Reader
  readonly #inhabitants: readonly Inhabitant[]
  /** For each of them, the key that signs its calls. */
  readonly #inUse = new Map<Inhabitant, string>()
  readonly #done = new Set<string>()

  constructor(world: World, awsUrl: string, reader: Reader, inhabitants: readonly Inhabitant[]) {
    this.#world = world
    this.#awsUrl = awsUrl
    this.#reader = reader
    this.#inhabitants = inhabitants
    for (const inhabitant of inhabitants) {
      const [key] = this.#keysOf(inhabitant)
      if (key !== undefined) this.#inUse.set(inhabitant, key.id)
    }
  }

  async liveOneDay(): Promise<void> {
    for (const inhabitant of this.#inhabitants) {
      // The credentials of a closed account work no more.
      if (this.#world.account(inhabitant.accountId).state !== 'ACTIVE') continue
      await this.#act(inhabitant)
      this.#work(inhabitant)
    }
  }

  #keysOf({ accountId, userName }: Inhabitant) {
    const user = this.#world.user(accountId, userName)
    return user.keys.filter((key) => key.exists.latest)
  }

  async #act(inhabitant: Inhabitant): Promise<void> {
    switch (inhabitant.persona) {
      case 'tidy':
        return this.#replaceInTime(inhabitant)
      case 'prompt':
        this.#replaceWhenReminded(inhabitant)
        return this.#installHandover(inhabitant)
      case 'taker':
      case 'fleet':
        return this.#installHandover(inhabitant)
      case 'reactivator':
        return this.#switchOnAgain(inhabitant)
      case 'by-hand':
        return this.#makeSecondKey(inhabitant)
      case 'idle':
      case 'busy':
      case 'leaver':
      case 'break-glass':
        return
      default:
        inhabitant.persona satisfies never
    }
  }

  #replaceInTime(inhabitant: Inhabitant): void {
    const now = this.#world.clock.now()
    for (const key of this.#keysOf(inhabitant)) {
      if (now - key.createdAtMs < replaceBeforeDays * dayMs) continue
      this.#replace(inhabitant, key.id)
    }
  }

  #replaceWhenReminded(inhabitant: Inhabitant): void {
    for (const key of this.#keysOf(inhabitant)) {
      if (this.#reader.remindersAbout(key.id, inhabitant.email) >= patience)
        this.#replace(inhabitant, key.id)
    }
  }

  #replace(inhabitant: Inhabitant, oldKeyId: string): void {
    if (this.#keysOf(inhabitant).length > 1) return
    const { accountId, userName } = inhabitant
    const created = this.#world.createKeyByHand(accountId, userName, userName)
    this.#inUse.set(inhabitant, created.id)
    this.#world.deleteKeyByHand(oldKeyId, userName)
  }

  /** Fetches the replacement from Secrets Manager with the old key, as the message says. */
  async #installHandover(inhabitant: Inhabitant): Promise<void> {
    const keyId = this.#inUse.get(inhabitant)
    const secretArn = keyId === undefined ? undefined : this.#reader.handoverFor(keyId)
    if (keyId === undefined || secretArn === undefined || !this.#once(`handover ${secretArn}`))
      return
    const client = new SecretsManagerClient({
      endpoint: this.#awsUrl,
      region: 'us-east-1',
      credentials: this.#world.credentialsForKey(keyId),
    })
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }))
    client.destroy()
    const { accessKeyId } = Stored.parse(JSON.parse(SecretString ?? '{}'))
    this.#inUse.set(inhabitant, accessKeyId)
  }

  #switchOnAgain(inhabitant: Inhabitant): void {
    for (const key of this.#keysOf(inhabitant)) {
      if (key.status.latest === 'Inactive' && this.#once(`reactivate ${key.id}`)) {
        this.#world.setKeyStatus(key.id, 'Active', inhabitant.userName)
      }
    }
  }

  #makeSecondKey(inhabitant: Inhabitant): void {
    const [key, second] = this.#keysOf(inhabitant)
    if (
      key === undefined ||
      second !== undefined ||
      this.#reader.remindersAbout(key.id, inhabitant.email) === 0
    )
      return
    if (!this.#once(`second key ${inhabitant.userName}`)) return
    this.#world.createKeyByHand(inhabitant.accountId, inhabitant.userName, inhabitant.userName)
  }

  #work(inhabitant: Inhabitant): void {
    const keyId = this.#inUse.get(inhabitant)
    if (keyId === undefined || !isWorking(inhabitant)) return
    const service = inhabitant.isProgram ? 's3' : 'ec2'
    this.#world.useKey(keyId, { service, region: 'eu-central-1' })
  }

  #once(deed: string): boolean {
    if (this.#done.has(deed)) return false
    this.#done.add(deed)
    return true
  }
}

/** Whether a person or a program uses the key every day. */
const isWorking = ({ persona }: Inhabitant): boolean =>
  persona !== 'idle' &&
  persona !== 'leaver' &&
  persona !== 'break-glass' &&
  persona !== 'reactivator' &&
  persona !== 'by-hand'
