import { Eventually } from '../eventually.ts'
import { type PolicyInput, bindPolicy, readPolicy } from '../policy/document.ts'
import { type Account, Account as NewAccount, type AccountState } from './account.ts'
import { person } from './actor.ts'
import { type Role, roleArn } from './role.ts'
import type { AccessKey, Group, KeyStatus, KeyUse, User } from './user.ts'
import type { WorldState } from './world-state.ts'

type Tags = Readonly<Record<string, string>>

export interface AccountToAdd {
  /** Twelve digits. */
  readonly id: string
  readonly name: string
  readonly email?: string
  /** Default `ACTIVE`. */
  readonly state?: AccountState
  readonly tags?: Tags
  /** The ID of the root or of an OU; default the root. */
  readonly parentOu?: string
  readonly joinedAtMs?: number
}

export interface UserToAdd {
  readonly userName: string
  /** Default `/`. */
  readonly path?: string
  readonly tags?: Tags
  readonly groups?: readonly string[]
  readonly createdAtMs?: number
  readonly passwordEnabled?: boolean
  readonly passwordLastUsedMs?: number
  readonly mfa?: boolean
  /** An inline policy. A user without one may call only GetCallerIdentity. */
  readonly policy?: PolicyInput
}

export interface KeyToAdd {
  readonly createdAtMs?: number
  readonly status?: KeyStatus
  readonly lastUsed?: KeyUse
}

export interface RoleToAdd {
  readonly name: string
  readonly path?: string
  readonly trustPolicy: PolicyInput
  /** An inline policy. A role without one may call only GetCallerIdentity. */
  readonly policy?: PolicyInput
  readonly tags?: Tags
  readonly maxSessionSeconds?: number
}

export const addAccount = (world: WorldState, seed: AccountToAdd): Account => {
  const { organization } = world
  if (organization.accounts.has(seed.id)) throw new Error(`account ${seed.id} exists already`)
  const parentId = seed.parentOu ?? organization.rootId
  organization.requireParent(parentId)
  const account = new NewAccount({
    id: seed.id,
    name: seed.name,
    email: seed.email ?? `aws+${seed.name}@example.com`,
    joinedAtMs: seed.joinedAtMs ?? world.clock.now(),
    parentId,
  })
  account.state = seed.state ?? 'ACTIVE'
  for (const [key, value] of Object.entries(seed.tags ?? {})) account.tags.set(key, value)
  organization.accounts.set(account.id, account)
  return account
}

const groupOf = (world: WorldState, account: Account, name: string): Group => {
  const known = account.groups.get(name)
  if (known !== undefined) return known
  const id = world.ids.uniqueId('AGPA', account.id, name)
  const createdAtMs = account.joinedAtMs
  const group: Group = { name, path: '/', id, createdAtMs, members: new Set() }
  account.groups.add(group)
  return group
}

export const addUser = (world: WorldState, account: Account, seed: UserToAdd): User => {
  if (account.users.get(seed.userName) !== undefined) {
    throw new Error(`user ${seed.userName} is in account ${account.id} already`)
  }
  const createdAtMs = seed.createdAtMs ?? world.clock.now()
  const nth = account.nthOf('user', seed.userName)
  const user: User = {
    accountId: account.id,
    id: world.ids.uniqueId('AIDA', account.id, seed.userName, nth),
    name: seed.userName,
    path: seed.path ?? '/',
    createdAtMs,
    tags: new Eventually<ReadonlyMap<string, string>>(new Map(Object.entries(seed.tags ?? {}))),
    groups: new Set(),
    password: {
      enabled: seed.passwordEnabled ?? seed.passwordLastUsedMs !== undefined,
      lastUsedMs: seed.passwordLastUsedMs,
      changedAtMs: createdAtMs,
    },
    mfa: seed.mfa ?? false,
    policies: seed.policy === undefined ? [] : [readPolicy(seed.policy)],
    keys: [],
    keysEver: 0,
  }
  for (const name of seed.groups ?? []) {
    const group = groupOf(world, account, name)
    group.members.add(user)
    user.groups.add(group)
  }
  account.users.add(user)
  world.history.record(
    {
      atMs: world.clock.now(),
      accountId: account.id,
      actor: person(account.id, 'owner'),
      operation: 'iam:CreateUser',
      parameters: { UserName: user.name },
    },
    { kind: 'user-created', userName: user.name, userId: user.id },
  )
  return user
}

export const addAccessKey = (world: WorldState, user: User, seed: KeyToAdd): AccessKey =>
  world.keys.seed(user, {
    createdAtMs: seed.createdAtMs ?? world.clock.now(),
    status: seed.status ?? 'Active',
    lastUse: seed.lastUsed,
  })

export const addRole = (world: WorldState, account: Account, seed: RoleToAdd): Role => {
  if (account.roles.has(seed.name)) {
    throw new Error(`role ${seed.name} is in account ${account.id} already`)
  }
  const role: Role = {
    accountId: account.id,
    id: world.ids.uniqueId('AROA', account.id, seed.name, account.nthOf('role', seed.name)),
    name: seed.name,
    path: seed.path ?? '/',
    createdAtMs: world.clock.now(),
    trust: bindPolicy(seed.trustPolicy, (arn) => world.organization.uniqueIdAt(arn)),
    policies: seed.policy === undefined ? [] : [readPolicy(seed.policy)],
    maxSessionSeconds: seed.maxSessionSeconds ?? 3600,
    tags: new Map(Object.entries(seed.tags ?? {})),
    sessionsEver: 0,
    removed: false,
  }
  account.roles.set(role.name, role)
  world.history.record(
    {
      atMs: world.clock.now(),
      accountId: account.id,
      actor: person(account.id, 'owner'),
      operation: 'iam:CreateRole',
      parameters: { RoleName: role.name },
    },
    { kind: 'role-added', roleArn: roleArn(role) },
  )
  return role
}
