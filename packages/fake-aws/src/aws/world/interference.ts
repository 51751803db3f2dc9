import { keysHeld } from './access-key.ts'
import type { Account } from './account.ts'
import { type Actor, person } from './actor.ts'
import { retagged } from './named.ts'
import { roleArn } from './role.ts'
import type { AccessKey, KeyStatus, User } from './user.ts'
import type { Happening } from './history.ts'
import type { WorldState } from './world-state.ts'

type Parameters = Readonly<Record<string, unknown>>

const recordConsoleCall = (
  world: WorldState,
  account: Account,
  actor: Actor,
  name: string,
  parameters: Parameters,
  response?: Parameters,
): void => {
  world.events.record(account, {
    name,
    service: 'iam',
    region: 'us-east-1',
    readOnly: false,
    actor,
    sourceIp: '203.0.113.7',
    userAgent: 'AWS Internal',
    parameters,
    response,
    error: undefined,
  })
}

const recordChange = (
  world: WorldState,
  account: Account,
  actor: Actor,
  name: string,
  parameters: Parameters,
  happening: Happening,
): void => {
  const operation = `iam:${name}`
  const context = { atMs: world.clock.now(), accountId: account.id, actor, operation, parameters }
  world.history.record(context, happening)
  recordConsoleCall(world, account, actor, name, parameters)
}

/** Throws when the user has two keys, as the console would refuse. */
export const createKeyByHand = (
  world: WorldState,
  account: Account,
  user: User,
  by: string,
): AccessKey => {
  const actor = person(account.id, by)
  const parameters = { UserName: user.name }
  const key = world.keys.create(user, actor, parameters)
  if (key === undefined) throw new Error(`user ${user.name} has two access keys already`)
  const created = { AccessKeyId: key.id, Status: 'Active', UserName: user.name }
  recordConsoleCall(world, account, actor, 'CreateAccessKey', parameters, { AccessKey: created })
  return key
}

export const deleteKeyByHand = (world: WorldState, key: AccessKey, by: string): void => {
  if (!key.exists.latest) throw new Error(`access key ${key.id} is gone already`)
  const account = world.organization.account(key.user.accountId)
  const actor = person(account.id, by)
  const parameters = { UserName: key.user.name, AccessKeyId: key.id }
  world.keys.remove(key, actor, parameters)
  recordConsoleCall(world, account, actor, 'DeleteAccessKey', parameters)
}

export const setStatusByHand = (
  world: WorldState,
  key: AccessKey,
  status: KeyStatus,
  by: string,
): void => {
  if (!key.exists.latest) throw new Error(`access key ${key.id} is gone`)
  const account = world.organization.account(key.user.accountId)
  const actor = person(account.id, by)
  const parameters = { UserName: key.user.name, AccessKeyId: key.id, Status: status }
  world.keys.setStatus(key, status, actor, parameters)
  recordConsoleCall(world, account, actor, 'UpdateAccessKey', parameters)
}

/** Removes the user's keys and group memberships first, as the console does. */
export const deleteUser = (world: WorldState, account: Account, user: User, by: string): void => {
  for (const key of keysHeld(user)) deleteKeyByHand(world, key, by)
  for (const group of user.groups) group.members.delete(user)
  account.users.remove(user)
  const happening = { kind: 'user-deleted', userName: user.name, userId: user.id } as const
  const actor = person(account.id, by)
  recordChange(world, account, actor, 'DeleteUser', { UserName: user.name }, happening)
}

export const renameUser = (
  world: WorldState,
  account: Account,
  user: User,
  name: string,
  by: string,
): void => {
  const named = account.users.get(name)
  if (named !== undefined && named !== user) throw new Error(`there is a user ${name} already`)
  const was = user.name
  account.users.rename(user, name)
  const parameters = { UserName: was, NewUserName: name }
  const happening = { kind: 'user-renamed', was, userName: name, userId: user.id } as const
  recordChange(world, account, person(account.id, by), 'UpdateUser', parameters, happening)
}

export const tagUser = (
  world: WorldState,
  account: Account,
  user: User,
  tags: Readonly<Record<string, string>>,
  by: string,
): void => {
  const merged = retagged(user.tags.latest, { added: tags })
  user.tags.write(merged, world.clock.now(), world.settings.consistencyMs)
  const parameters = { UserName: user.name, Tags: tags }
  const happening = { kind: 'user-tagged', tags, userName: user.name, userId: user.id } as const
  recordChange(world, account, person(account.id, by), 'TagUser', parameters, happening)
}

export const removeRole = (world: WorldState, account: Account, name: string, by: string): void => {
  const role = account.roles.get(name)
  if (role === undefined) throw new Error(`account ${account.id} has no role ${name}`)
  account.roles.delete(name)
  role.removed = true
  const happening = { kind: 'role-removed', roleArn: roleArn(role) } as const
  recordChange(world, account, person(account.id, by), 'DeleteRole', { RoleName: name }, happening)
}
