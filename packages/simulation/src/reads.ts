import {
  epochMs,
  hourMs,
  UserName,
  type Account,
  type CredentialReport,
  type IamUser,
  type LastUsed,
  type ListedKey,
  type Maker,
  type ReportRow,
  type UserRef,
} from '@keynag/core'
import { arnOf, keysHeld, lags, type Estate, type SimKey, type SimUser } from './estate.ts'

/** IAM makes a report at most every four hours (API Reference, GenerateCredentialReport). */
const reportLifeMs = 4 * hourMs

/** What AWS shows of the estate, as late as AWS does. */
export class Reads {
  readonly #estate: Estate
  readonly #reports = new Map<string, CredentialReport>()

  constructor(estate: Estate) {
    this.#estate = estate
  }

  accounts(): readonly Account[] {
    return [...this.#estate.accounts.values()].map(({ accountId, name, state }) => ({
      accountId,
      name,
      state,
      organizationalUnits: [],
    }))
  }

  report(accountId: string, now: number, isStale: boolean): CredentialReport {
    const known = this.#reports.get(accountId)
    if (known !== undefined && isStale && now - known.generatedAt < reportLifeMs) return known
    const users = [...this.#estate.account(accountId).users.values()]
    const rows = users.map((user) => rowOf(user, now))
    const report: CredentialReport = {
      generatedAt: epochMs(now),
      async *rows() {
        yield* rows
      },
    }
    this.#reports.set(accountId, report)
    return report
  }

  /** `isShort`: the first user is missing. */
  users(accountId: string, isShort: boolean): readonly Omit<IamUser, 'hasConsole'>[] {
    const users = [...this.#estate.account(accountId).users.values()]
    return users.slice(isShort ? 1 : 0).map((user) => ({
      ...refOf(user),
      path: user.path,
      createdAt: epochMs(user.createdAt),
      groups: [...user.groups],
      tags: { ...user.tags },
    }))
  }

  accessKeys(
    accountId: string,
    userName: string,
    now: number,
    lateMs: number,
  ): readonly ListedKey[] | undefined {
    const user = this.#estate.account(accountId).users.get(userName)
    return user?.lists.findLast(({ at }) => at <= now - lateMs)?.keys ?? user?.lists[0]?.keys
  }

  lastUsed(accessKeyId: string, now: number): LastUsed {
    const key = this.#estate.key(accessKeyId)
    return key.deletedAt === undefined
      ? shownUse(key, now)
      : { kind: 'unknown', why: 'KEYNAG_ACCESS_DENIED: there is no such key' }
  }

  hasKey(accessKeyId: string): boolean {
    return this.#estate.key(accessKeyId).deletedAt === undefined
  }

  user(accountId: string, userName: string): (UserRef & { path: string }) | undefined {
    const user = this.#estate.account(accountId).users.get(userName)
    return user === undefined ? undefined : { ...refOf(user), path: user.path }
  }

  deactivatedByUs(accessKeyId: string, since: number, now: number, isStale: boolean): boolean {
    const { events } = this.#estate.key(accessKeyId)
    return (
      !isStale &&
      events.some(
        ({ what, by, at }) =>
          what === 'deactivated' && by === 'keynag' && at >= since && now >= at + lags.trail,
      )
    )
  }

  /** CloudTrail shows an event minutes later. `isStale`: it does not show the event yet. */
  makerOf(accessKeyId: string, now: number, isStale: boolean): Maker {
    const key = this.#estate.key(accessKeyId)
    if (isStale || now < key.createdAt + lags.trail) return { kind: 'not-found' }
    return key.session === undefined
      ? { kind: 'other', who: 'a person' }
      : { kind: 'session', sessionName: key.session }
  }
}

const refOf = (user: SimUser): UserRef => ({
  accountId: user.accountId,
  userId: user.userId,
  userName: UserName.parse(user.name),
  arn: arnOf(user),
})

const shownUse = (key: SimKey, now: number): LastUsed => {
  const at = key.uses.findLast((use) => use <= now - lags.lastUsed)
  return at === undefined ? { kind: 'never' } : { kind: 'at', at: epochMs(at), service: 's3' }
}

const rowOf = (user: SimUser, now: number): ReportRow => ({
  kind: 'user',
  arn: arnOf(user),
  userName: user.name,
  userCreatedAt: epochMs(user.createdAt),
  hasConsole: false,
  slots: keysHeld(user).map((key, index) => ({
    slot: index === 0 ? '1' : '2',
    active: key.status === 'Active',
    lastRotated: epochMs(key.createdAt),
    lastUsed: shownUse(key, now),
  })),
})
