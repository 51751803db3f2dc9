import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Credentials } from '@keynag/aws'
import { AccessKeyId, dayMs, parseConfig } from '@keynag/core'
import { z } from 'zod'
import { VirtualClock } from '@keynag/fake-aws/aws'
import { keynagOn, type By } from './keynag-on-moto.ts'
import type { SeenKey } from './moto-account.ts'
import type { MotoMail } from './moto-mail.ts'
import { motoOrganization, region } from './moto-organization.ts'

/** A Monday. moto uses the machine's clock for new objects, which is later. */
const startAt = Date.UTC(2025, 0, 6, 3)
export const days = 26
export const installationGraceDays = 7
export const recoveryGraceDays = 8
const retentionDays = 14

const organization = parseConfig({
  contacts: { domains: ['example.com'] },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 3, via: ['email'] },
      escalation: [{ afterNags: 2, to: 'manager' }],
      enforce: {
        kind: 'rotate',
        atDay: 97,
        installationGraceDays,
        recoveryGraceDays,
        retentionDays,
      },
      // With so few keys, the default share would allow only one key per day.
      caps: { shareOfEstatePerDay: 1 },
    },
  ],
})

/** The days of each step for keys that are 88 days old on day 0. */
export const warnedOn = 2
export const escalatedOn = 8
export const replacedOn = 9
export const retiredOn = replacedOn + retentionDays

/**
 * ann installs the replacement, ben continues to use his old key, olga replaces her key herself,
 * yuri's key is young, and ina's key is Inactive.
 */
const people = ['ann', 'ben', 'olga', 'yuri', 'ina'] as const
export type Person = (typeof people)[number]

/** The keys and mails at the end of a day. */
interface Evening {
  readonly keys: ReadonlyMap<Person, readonly SeenKey[]>
  readonly mails: readonly MotoMail[]
}

/** The result when ann read her hand-over secret: the ARN of the key's user, or an error's name. */
interface Fetched {
  readonly day: number
  readonly came: string
}

export type WholeDays = Awaited<ReturnType<typeof liveWholeDays>>

const Stored = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })
const secretArn = /arn:aws:secretsmanager:[\w-]+:\d{12}:secret:keynag\/handover\/[\w-]+/

/**
 * Simulates some weeks of five people in two accounts with keynag. moto is the only AWS.
 *
 * moto checks the signature of each call, and whether the role may call the operation. These days
 * leave out what moto does not do as AWS documents: accounts without keynag's roles (moto lets
 * anybody assume any role), refusals because of the resource, a condition, a session policy or a
 * secret's policy (moto does not check them), calls with an Inactive key (they succeed), the creator
 * of a key (moto has no CloudTrail events), and the age of a report (GeneratedTime is always in
 * 2015).
 */
export async function liveWholeDays({ by = 'mappings' }: { readonly by?: By } = {}) {
  const moto = await motoOrganization()
  const payments = await moto.addAccount('payments')
  const warehouse = await moto.addAccount('warehouse')
  const closedId = await moto.addClosedAccount('closed')
  const homes = { ann: payments, ben: payments, olga: warehouse, yuri: warehouse, ina: warehouse }
  const firstKey = (person: Person): Promise<Credentials> => {
    const tags = { owner: `${person}@example.com`, manager: 'mia@example.com' }
    const ageDays = person === 'yuri' ? 10 : 88
    return homes[person].addUser(person, tags, startAt - ageDays * dayMs)
  }
  const first = {
    ann: await firstKey('ann'),
    ben: await firstKey('ben'),
    olga: await firstKey('olga'),
    yuri: await firstKey('yuri'),
    ina: await firstKey('ina'),
  }
  await warehouse.deactivate('ina', first.ina)
  // On AWS the secret's policy allows her to read it. moto does not evaluate that policy.
  await payments.allow('ann', 'secretsmanager:GetSecretValue')

  const config = { endpoint: moto.url, region }
  /** Uses a key for one call. */
  const callerOf = async (credentials: Credentials): Promise<string> => {
    const sts = new STSClient({ ...config, credentials })
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    sts.destroy()
    return String(Arn)
  }
  const readSecret = async (SecretId: string, credentials: Credentials): Promise<Credentials> => {
    const secrets = new SecretsManagerClient({ ...config, credentials })
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }))
    secrets.destroy()
    return Stored.parse(JSON.parse(SecretString))
  }

  const fetched: Fetched[] = []
  let annsKey = first.ann
  /** ann fetches the replacement with her current key, from the secret that her mail names. */
  const annFetches = async (day: number): Promise<void> => {
    const mails = (await moto.mails()).filter(({ to }) => to.includes('ann@example.com'))
    const [arn] = mails.flatMap(({ html }) => secretArn.exec(html) ?? [])
    if (arn === undefined) throw new Error('no mail to ann names a secret')
    try {
      annsKey = await readSecret(arn, annsKey)
      fetched.push({ day, came: await callerOf(annsKey) })
    } catch (error) {
      fetched.push({ day, came: error instanceof Error ? error.name : String(error) })
    }
  }
  const act = async (day: number): Promise<void> => {
    await callerOf(first.ben)
    if (day === 4) await callerOf(await warehouse.addKey('olga'))
    if (day === 5) await warehouse.deleteKey('olga', first.olga)
    if (day === replacedOn || day === retiredOn - 1 || day === retiredOn) await annFetches(day)
  }

  const keynag = await keynagOn(moto, new VirtualClock(startAt), organization, by)
  await moto.checkCalls()
  const evenings: Evening[] = []
  for (let day = 0; day < days; day += 1) {
    await keynag.liveOneDay(() => act(day))
    const keys = new Map<Person, readonly SeenKey[]>()
    for (const person of people) keys.set(person, await homes[person].keysOf(person))
    // The worker's schedule also sends the digest to this address.
    const mails = (await moto.mails()).filter(({ to }) => !to.includes('platform@example.com'))
    evenings.push({ keys, mails })
  }

  const idOf = (person: Person): AccessKeyId => AccessKeyId.parse(first[person].accessKeyId)
  const { ledger } = keynag.ports
  return {
    keynag,
    accountIds: [moto.managementId, payments.id, warehouse.id],
    closedId,
    annsArn: `arn:aws:iam::${payments.id}:user/ann`,
    secretsOfAnn: [first.ann.secretAccessKey, annsKey.secretAccessKey],
    fetched,
    idOf,
    mails: evenings.at(-1)?.mails ?? [],
    /** The mails that arrived on a day. */
    mailsOn: (day: number): readonly MotoMail[] =>
      evenings[day]?.mails.slice(evenings[day - 1]?.mails.length ?? 0) ?? [],
    /** For each evening, the statuses of a person's first key and of their other keys, as a text. */
    keysOf: (person: Person): readonly string[] =>
      evenings.map(({ keys }) => {
        const seen = keys.get(person) ?? []
        const old = seen.find(({ id }) => id === idOf(person))?.status ?? 'gone'
        const others = seen.filter(({ id }) => id !== idOf(person)).map(({ status }) => status)
        return [old, ...others].join(', ')
      }),
    entryOf: (person: Person) => ledger.entry(idOf(person)),
    /** The kinds of a key's facts, oldest first, without the daily observations. */
    storyOf: async (person: Person): Promise<readonly string[]> =>
      (await ledger.timeline(idOf(person)))
        .map(({ fact }) => fact.kind)
        .filter((kind) => kind !== 'observed'),
    /** The result of each account in each day's scan. */
    scans: async () => {
      const scans = []
      for (let day = 0; day < days; day += 1) {
        const date = new Date(startAt + day * dayMs).toISOString().slice(0, 10)
        scans.push(...(await ledger.accountScans(date)))
      }
      return scans
    },
    close: async (): Promise<void> => {
      await keynag.close()
      await moto.close()
    },
  }
}
