import { ByName } from './named.ts'
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

/** The root user's row in the credential report. Root keys exist only in that row. */
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
  /** How many users and roles of each name there have been, as each gets its own unique ID. */
  readonly namesEver = new Map<string, number>()
  readonly groups = new ByName<Group>()
  readonly roles = new Map<string, Role>()
  /** Secrets by Region and name. */
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

  /** How many users or roles of this name there have been, with the new one; from 1. */
  nthOf(kind: string, name: string): number {
    const nth = (this.namesEver.get(`${kind} ${name}`) ?? 0) + 1
    this.namesEver.set(`${kind} ${name}`, nth)
    return nth
  }
}
