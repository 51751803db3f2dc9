import {
  type AccessKeyId,
  type Account,
  AccessKeyId as KeyId,
  type AccountId,
  type EpochMs,
  type KeyCall,
  AccountId as IdOfAccount,
  type KeyStatus,
  type ListedKey,
  type UserId,
  UserId as IdOfUser,
  epochMs,
  hourMs,
  minuteMs,
  permanent,
  secondMs,
} from '@keynag/core'

type By = 'keynag' | 'person'

/** What really happened to a key, and who did it, whatever keynag knows of it. */
interface KeyEvent {
  readonly at: number
  readonly what: 'created' | 'activated' | 'deactivated' | 'expired' | 'deleted'
  readonly by: By
}

/** A call on a key as CloudTrail has it. Calls of people have no session. */
interface TrailedCall {
  readonly at: number
  readonly name: KeyCall
  readonly session: string | undefined
  /** What UpdateAccessKey sets. */
  readonly to?: KeyStatus
}

export interface SimKey {
  readonly id: AccessKeyId
  readonly user: SimUser
  readonly createdAt: number
  /** Contains `secretMark`, so that a check finds it in any text. */
  readonly secret: string
  /** The session that created it, for CloudTrail. Keys that people create have none. */
  readonly session: string | undefined
  status: KeyStatus
  deletedAt: number | undefined
  /** AWS refuses a new key for some seconds. */
  worksFrom: number
  /** When keynag's own test of it succeeded. */
  testedAt: number | undefined
  readonly events: KeyEvent[]
  /** When programs used it. */
  readonly uses: number[]
  /** When keynag tried it with success: to IAM a use like any other. */
  readonly tests: number[]
  /** The calls that changed it, for CloudTrail: also those that changed nothing. */
  readonly calls: TrailedCall[]
}

export interface SimUser {
  readonly userId: UserId
  readonly accountId: AccountId
  name: string
  path: string
  /** When its path, or its name to a protected one, last changed. */
  movedAt: number
  tags: Record<string, string>
  groups: string[]
  /** Whether the user can sign in to the console. */
  hasConsole: boolean
  readonly createdAt: number
  deletedAt: number | undefined
  readonly keys: SimKey[]
  /** The answers of ListAccessKeys over time, so that a late one can be given. */
  readonly lists: { readonly at: number; readonly keys: readonly ListedKey[] }[]
}

/** IAM does not distinguish names by case, and keeps the case (IAM API Reference, CreateUser). */
class UsersByName {
  readonly #byName = new Map<string, SimUser>()

  get(name: string): SimUser | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  add(user: SimUser): void {
    this.#byName.set(user.name.toLowerCase(), user)
  }

  remove(user: SimUser): void {
    this.#byName.delete(user.name.toLowerCase())
  }

  values(): Iterable<SimUser> {
    return this.#byName.values()
  }
}

export interface SimAccount {
  readonly accountId: AccountId
  readonly name: string
  /** The units above it, up to the root. */
  readonly units: readonly string[]
  state: Account['state']
  /** Whether it belongs to the Organization. */
  isListed: boolean
  /** Whether somebody has removed keynag's role for reading. */
  isReaderDenied: boolean
  /** What the last list of the Organization showed. */
  shown: Account['state'] | 'UNLISTED' | undefined
  /** When IAM last showed all of its users. */
  readAt: number
  /** The actions that a service control policy denies, by IAM's names. */
  readonly denied: Set<string>
  readonly users: UsersByName
}

/** How late AWS's answers are. */
export const lags = {
  list: 3 * secondMs,
  /** How far a stale list lags at most. 8 to 15 seconds were seen on AWS. */
  staleList: minuteMs,
  activation: 10 * secondMs,
  lastUsed: hourMs,
  trail: 5 * minuteMs,
} as const

export const secretMark = 'canary-secret-'

/** An AWS Organization in memory, as it really is. `reads.ts` shows it as late as AWS does. */
export class Estate {
  readonly accounts = new Map<string, SimAccount>()
  readonly keys = new Map<string, SimKey>()
  #made = 0

  /** @throws KeynagError where a service control policy denies the action in this account */
  allow(accountId: string, action: string): void {
    if (!this.account(accountId).denied.has(action)) return
    const why = `${action} in account ${accountId}: denied by a service control policy`
    throw permanent('KEYNAG_ACCESS_DENIED', why)
  }

  addAccount(accountId: string, units: readonly string[] = []): SimAccount {
    const id = IdOfAccount.parse(accountId)
    const account: SimAccount = {
      accountId: id,
      name: `account-${this.accounts.size + 1}`,
      units,
      state: 'ACTIVE',
      isListed: true,
      isReaderDenied: false,
      shown: undefined,
      readAt: -Infinity,
      denied: new Set(),
      users: new UsersByName(),
    }
    this.accounts.set(id, account)
    return account
  }

  addUser(accountId: string, name: string, createdAt: number, tags: SimUser['tags'] = {}): SimUser {
    this.#made += 1
    const account = this.account(accountId)
    const user: SimUser = {
      userId: IdOfUser.parse(`AIDA${String(this.#made).padStart(17, '0')}`),
      accountId: account.accountId,
      name,
      path: '/',
      movedAt: createdAt,
      tags,
      groups: [],
      hasConsole: false,
      createdAt,
      deletedAt: undefined,
      keys: [],
      lists: [{ at: -Infinity, keys: [] }],
    }
    account.users.add(user)
    return user
  }

  addKey(user: SimUser, createdAt: number, by: By, session?: string): SimKey {
    this.#made += 1
    const key: SimKey = {
      id: KeyId.parse(`AKIA${String(this.#made).padStart(16, '0')}`),
      user,
      createdAt,
      secret: `${secretMark}${this.#made}`,
      session,
      status: 'Active',
      deletedAt: undefined,
      worksFrom: createdAt + lags.activation,
      testedAt: undefined,
      events: [{ at: createdAt, what: 'created', by }],
      uses: [],
      tests: [],
      calls: [],
    }
    user.keys.push(key)
    this.keys.set(key.id, key)
    this.#list(user, createdAt)
    return key
  }

  /** @param session keynag's, for CloudTrail; a person has none */
  setStatus(key: SimKey, to: KeyStatus, by: By, now: number, session?: string): void {
    if (key.deletedAt !== undefined) return
    key.calls.push({ at: now, name: 'UpdateAccessKey', session, to })
    if (key.status === to) return
    key.status = to
    key.events.push({ at: now, what: changeTo[to], by })
    this.#list(key.user, now)
  }

  deleteKey(key: SimKey, by: By, now: number, session?: string): void {
    if (key.deletedAt !== undefined) return
    key.calls.push({ at: now, name: 'DeleteAccessKey', session })
    key.deletedAt = now
    key.events.push({ at: now, what: 'deleted', by })
    this.#list(key.user, now)
  }

  /** A program signs a call with the key; false when AWS refuses it. */
  use(key: SimKey, now: number): boolean {
    if (!works(key, now)) return false
    key.uses.push(now)
    return true
  }

  /** A tag replaces one whose key differs only by case (IAM User Guide, Tagging IAM resources). */
  tag(user: SimUser, added: SimUser['tags']): void {
    const keys = new Set(Object.keys(added).map((key) => key.toLowerCase()))
    const kept = Object.entries(user.tags).filter(([key]) => !keys.has(key.toLowerCase()))
    user.tags = { ...Object.fromEntries(kept), ...added }
  }

  deleteUser(user: SimUser, now: number): void {
    for (const key of user.keys) this.deleteKey(key, 'person', now)
    user.deletedAt = now
    this.account(user.accountId).users.remove(user)
  }

  rename(user: SimUser, name: string): void {
    const { users } = this.account(user.accountId)
    const named = users.get(name)
    if (named !== undefined && named !== user) return
    users.remove(user)
    user.name = name
    users.add(user)
  }

  account(accountId: string): SimAccount {
    const account = this.accounts.get(accountId)
    if (account === undefined) throw new Error(`there is no account ${accountId}`)
    return account
  }

  /** The account as a role of keynag reaches it. @throws KeynagError when the role cannot be assumed */
  reach(accountId: string, as: 'reader' | 'other' = 'other'): SimAccount {
    const account = this.account(accountId)
    const isDenied = as === 'reader' && account.isReaderDenied
    if (account.state === 'ACTIVE' && account.isListed && !isDenied) return account
    throw permanent('KEYNAG_ROLE_UNREACHABLE', `no role of keynag reaches account ${accountId}`)
  }

  key(accessKeyId: string): SimKey {
    const key = this.keys.get(accessKeyId)
    if (key === undefined) throw new Error(`there never was a key ${accessKeyId}`)
    return key
  }

  #list(user: SimUser, now: number): void {
    const keys = keysHeld(user).map(({ id, status, createdAt }) => ({
      accessKeyId: id,
      status,
      createdAt: toTheSecond(createdAt),
    }))
    user.lists.push({ at: now, keys })
  }
}

const changeTo = { Active: 'activated', Inactive: 'deactivated', Expired: 'expired' } as const

/** IAM's answers have no fractions of a second. */
export const toTheSecond = (at: number): EpochMs => epochMs(Math.floor(at / secondMs) * secondMs)

/** Whether AWS accepts a call that is signed with the key. */
export const works = (key: SimKey, now: number): boolean =>
  key.deletedAt === undefined && key.status === 'Active' && now >= key.worksFrom

export const keysHeld = (user: SimUser): readonly SimKey[] =>
  user.keys.filter((key) => key.deletedAt === undefined)

export const arnOf = ({ accountId, path, name }: SimUser): string =>
  `arn:aws:iam::${accountId}:user${path}${name}`
