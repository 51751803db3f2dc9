import {
  dayMs,
  epochMs,
  hourMs,
  minuteMs,
  trailDays,
  UserName,
  type Account,
  type CredentialReport,
  type IamUser,
  type LastUsed,
  type ListedKey,
  type KeyCall,
  type Maker,
  type ReportRow,
  type UserRef,
} from '@keynag/core'
import { arnOf, lags, toTheSecond, type Estate, type SimKey, type SimUser } from './estate.ts'

/** IAM makes a report at most every four hours (API Reference, GenerateCredentialReport). */
const reportLifeMs = 4 * hourMs
const reportedSpanMs = 15 * minuteMs

/** What AWS shows of the estate, as late as AWS does. */
export class Reads {
  readonly #estate: Estate
  readonly #movesDate: boolean
  readonly #reports = new Map<string, CredentialReport>()

  /** @param movesDate whether a change of status moves the date of a key in the report */
  constructor(estate: Estate, movesDate = false) {
    this.#estate = estate
    this.#movesDate = movesDate
  }

  accounts(): readonly Account[] {
    const all = [...this.#estate.accounts.values()]
    for (const account of all) account.shown = account.isListed ? account.state : 'UNLISTED'
    const listed = all.filter(({ isListed }) => isListed)
    return listed.map(({ accountId, name, state, units }) => ({
      accountId,
      name,
      state,
      organizationalUnits: [...units],
    }))
  }

  report(accountId: string, now: number): CredentialReport {
    const known = this.#reports.get(accountId)
    if (known !== undefined && now - known.generatedAt < reportLifeMs) return known
    const users = [...this.#estate.account(accountId).users.values()]
    const rows = [rootRow(accountId), ...users.map((user) => this.#rowOf(user, now))]
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
  users(accountId: string, now: number, isShort: boolean): readonly Omit<IamUser, 'hasConsole'>[] {
    const account = this.#estate.account(accountId)
    account.readAt = now
    return [...account.users.values()].slice(isShort ? 1 : 0).map(shownUser)
  }

  accessKeys(
    accountId: string,
    userName: string,
    now: number,
    lateMs: number,
  ): readonly ListedKey[] | undefined {
    const user = this.#estate.account(accountId).users.get(userName)
    return user === undefined ? undefined : keysShown(user, now - lateMs)
  }

  lastUsed(accountId: string, accessKeyId: string, now: number): LastUsed {
    return this.hasKey(accountId, accessKeyId, now)
      ? shownUse(this.#estate.key(accessKeyId), now)
      : { kind: 'unknown', why: 'KEYNAG_ACCESS_DENIED: there is no such key' }
  }

  /** As late as the lists are. */
  hasKey(accountId: string, accessKeyId: string, now: number): boolean {
    const { user, createdAt, deletedAt = Infinity } = this.#estate.key(accessKeyId)
    const seen = now - lags.list
    return user.accountId === accountId && createdAt <= seen && deletedAt > seen
  }

  user(accountId: string, userName: string): (UserRef & { path: string }) | undefined {
    const user = this.#estate.account(accountId).users.get(userName)
    return user === undefined ? undefined : { ...refOf(user), path: user.path }
  }

  userInFull(accountId: string, userName: string, withConsole: boolean): IamUser | undefined {
    const user = this.#estate.account(accountId).users.get(userName)
    return user && { ...shownUser(user), hasConsole: withConsole && user.hasConsole }
  }

  /** CloudTrail shows an event some minutes later; `isStale`: it does not show it yet. */
  deactivatedBy(
    accountId: string,
    accessKeyId: string,
    session: string,
    since: number,
    now: number,
    isStale: boolean,
  ): boolean {
    const { user, calls } = this.#estate.key(accessKeyId)
    if (isStale || user.accountId !== accountId) return false
    return calls.some(
      (call) =>
        call.to === 'Inactive' &&
        call.session === session &&
        call.at >= since &&
        isOnTrail(call.at, now),
    )
  }

  /** The same. */
  lastCallOn(
    accountId: string,
    accessKeyId: string,
    name: KeyCall,
    now: number,
    isStale: boolean,
  ): Maker {
    const { user, calls } = this.#estate.key(accessKeyId)
    const isFound = !isStale && user.accountId === accountId
    const last = isFound
      ? calls.findLast((call) => call.name === name && isOnTrail(call.at, now))
      : undefined
    return last === undefined ? { kind: 'not-found' } : callerOf(last.session)
  }

  /** CloudTrail shows an event minutes later. `isStale`: it does not show the event yet. */
  makerOf(accountId: string, accessKeyId: string, now: number, isStale: boolean): Maker {
    const key = this.#estate.key(accessKeyId)
    const isFound = key.user.accountId === accountId && isOnTrail(key.createdAt, now)
    if (isStale || !isFound) return { kind: 'not-found' }
    return callerOf(key.session)
  }

  /** Its keys are as late as in a list. */
  #rowOf(user: SimUser, now: number): ReportRow {
    return {
      kind: 'user',
      arn: arnOf(user),
      userName: user.name,
      userCreatedAt: toTheSecond(user.createdAt),
      hasConsole: user.hasConsole,
      slots: keysShown(user, now - lags.list).map(({ accessKeyId, status, createdAt }, index) => ({
        slot: index === 0 ? '1' : '2',
        active: status === 'Active',
        lastRotated: this.#movesDate ? this.#changedAt(accessKeyId, now - lags.list) : createdAt,
        lastUsed: reportedUse(this.#estate.key(accessKeyId), now),
      })),
    }
  }

  #changedAt(accessKeyId: string, seen: number) {
    const { events, createdAt } = this.#estate.key(accessKeyId)
    return toTheSecond(events.findLast(({ at }) => at <= seen)?.at ?? createdAt)
  }
}

const callerOf = (session: string | undefined): Maker =>
  session === undefined
    ? { kind: 'other', who: 'a person' }
    : { kind: 'session', sessionName: session }

const refOf = (user: SimUser): UserRef => ({
  accountId: user.accountId,
  userId: user.userId,
  userName: UserName.parse(user.name),
  arn: arnOf(user),
})

const shownUser = (user: SimUser): Omit<IamUser, 'hasConsole'> => ({
  ...refOf(user),
  path: user.path,
  createdAt: toTheSecond(user.createdAt),
  groups: [...user.groups],
  tags: { ...user.tags },
})

/** From when CloudTrail shows an event, and for how long LookupEvents finds it. */
export const isOnTrail = (at: number, now: number): boolean =>
  now >= at + lags.trail && now <= at + trailDays * dayMs

const usesShown = ({ uses, tests }: SimKey, now: number) =>
  [...uses.map((at) => ({ at, service: 's3' })), ...tests.map((at) => ({ at, service: 'sts' }))]
    .filter(({ at }) => at <= now - lags.lastUsed)
    .toSorted((a, b) => a.at - b.at)

const shown = (use: { at: number; service: string } | undefined): LastUsed =>
  use === undefined
    ? { kind: 'never' }
    : { kind: 'at', at: toTheSecond(use.at), service: use.service }

const shownUse = (key: SimKey, now: number): LastUsed => shown(usesShown(key, now).at(-1))

/** Of several uses within 15 minutes the report has the first (IAM User Guide, credential reports). */
const reportedUse = (key: SimKey, now: number): LastUsed => {
  let reported: { at: number; service: string } | undefined
  for (const use of usesShown(key, now)) {
    if (reported === undefined || use.at - reported.at >= reportedSpanMs) reported = use
  }
  return shown(reported)
}

/** Its keys are not modelled. */
const rootRow = (accountId: string): ReportRow => ({
  kind: 'root',
  arn: `arn:aws:iam::${accountId}:root`,
  userName: '<root_account>',
  userCreatedAt: undefined,
  hasConsole: false,
  slots: [],
})

const keysShown = (user: SimUser, at: number): readonly ListedKey[] =>
  user.lists.findLast((list) => list.at <= at)?.keys ?? []
