import type { Role } from './role.ts'
import type { Secret } from './secret.ts'
import { Trail } from './trail.ts'
import { type Group, UserDirectory } from './user.ts'

/** Organizations API Reference, Account, State. */
export type AccountState =
  | 'PENDING_ACTIVATION'
  | 'ACTIVE'
  | 'SUSPENDED'
  | 'PENDING_CLOSURE'
  | 'CLOSED'

/** What the credential report tells of a root user. Root keys exist only to be reported. */
export interface RootUser {
  readonly keys: readonly { readonly active: boolean; readonly createdAtMs: number }[]
  readonly mfa: boolean
  readonly passwordLastUsedMs: number | undefined
}

/** Shows the account as it was when the report was asked for. */
export interface CredentialReport {
  readonly requestedAtMs: number
  /** Infinity when it never will be. */
  readonly completeAtMs: number
  readonly content: Buffer
}

export interface AccountSeed {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly joinedAtMs: number
  readonly parentId: string
}

export class Account {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly joinedAtMs: number
  readonly parentId: string
  state: AccountState = 'ACTIVE'
  readonly tags = new Map<string, string>()
  readonly users = new UserDirectory()
  /** How many users and roles of a name there ever were: each gets an ID of its own. */
  readonly namesEver = new Map<string, number>()
  readonly groups = new Map<string, Group>()
  readonly roles = new Map<string, Role>()
  /** By Region and name. */
  readonly secrets = new Map<string, Secret>()
  root: RootUser = { keys: [], mfa: true, passwordLastUsedMs: undefined }
  report: CredentialReport | undefined
  readonly trail = new Trail()

  constructor(seed: AccountSeed) {
    this.id = seed.id
    this.name = seed.name
    this.email = seed.email
    this.joinedAtMs = seed.joinedAtMs
    this.parentId = seed.parentId
  }

  /** Counts the bearers of a name, from 1. */
  nthOf(kind: string, name: string): number {
    const nth = (this.namesEver.get(`${kind} ${name}`) ?? 0) + 1
    this.namesEver.set(`${kind} ${name}`, nth)
    return nth
  }
}
