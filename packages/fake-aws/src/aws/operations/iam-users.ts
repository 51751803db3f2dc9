import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { retagged } from '../world/named.ts'
import { type Group, type User, userArn } from '../world/user.ts'
import { pageOf, paging, permittedUser, userName } from './iam-lookup.ts'
import { type AwsValue, type Call, type Output, operation } from './operation.ts'
import { permit } from './permission.ts'

const byName = (one: { readonly name: string }): string => one.name

const sortedByName = <T extends { readonly name: string }>(items: Iterable<T>): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1))

export const tagList = (tags: ReadonlyMap<string, string>): readonly AwsValue[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }))

/** ListUsers leaves out Tags and PermissionsBoundary (IAM API Reference, ListUsers). */
const describe = (user: User): Output => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn(user),
  CreateDate: new Date(user.createdAtMs),
  PasswordLastUsed:
    user.password.lastUsedMs === undefined ? undefined : new Date(user.password.lastUsedMs),
})

const describeGroup = (call: Call, group: Group): Output => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: `arn:aws:iam::${call.account.id}:group${group.path}${group.name}`,
  CreateDate: new Date(group.createdAtMs),
})

const listUsers = operation({
  name: 'ListUsers',
  input: z.object({ PathPrefix: z.string().startsWith('/').optional(), ...paging }),
  perform: (call, input) => {
    permit(call, { resource: '*' })
    const prefix = input.PathPrefix ?? '/'
    const all = call.account.users.sorted
    const users = prefix === '/' ? all : all.filter(({ path }) => path.startsWith(prefix))
    const { items, end } = pageOf(call, prefix, input, users, byName)
    return { Users: items.map(describe), ...end }
  },
})

const getUser = operation({
  name: 'GetUser',
  input: z.object({ UserName: userName.optional() }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const tags = user.tags.seenAt(call.nowMs)
    return { User: { ...describe(user), Tags: tags.size === 0 ? undefined : tagList(tags) } }
  },
})

const listUserTags = operation({
  name: 'ListUserTags',
  input: z.object({ UserName: userName, ...paging }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const tags = [...user.tags.seenAt(call.nowMs)].sort(([a], [b]) => (a < b ? -1 : 1))
    const { items, end } = pageOf(call, user.id, input, tags, ([key]) => key)
    return { Tags: tagList(new Map(items)), ...end }
  },
})

const listGroupsForUser = operation({
  name: 'ListGroupsForUser',
  input: z.object({ UserName: userName, ...paging }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const { items, end } = pageOf(call, user.id, input, sortedByName(user.groups), byName)
    return { Groups: items.map((group) => describeGroup(call, group)), ...end }
  },
})

const getGroup = operation({
  name: 'GetGroup',
  input: z.object({ GroupName: userName, ...paging }),
  perform: (call, input) => {
    const group = call.account.groups.get(input.GroupName)
    const path = group?.path ?? '/'
    const resource = `arn:aws:iam::${call.account.id}:group${path}${input.GroupName}`
    permit(call, { resource })
    if (group === undefined) {
      const message = `The group with name ${input.GroupName} cannot be found.`
      throw new AwsError('NoSuchEntity', message, 404)
    }
    const { items, end } = pageOf(call, group.id, input, sortedByName(group.members), byName)
    return { Group: describeGroup(call, group), Users: items.map(describe), ...end }
  },
})

const getLoginProfile = operation({
  name: 'GetLoginProfile',
  input: z.object({ UserName: userName.optional() }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    if (!user.password.enabled) {
      const message = `Login Profile for User ${user.name} cannot be found.`
      throw new AwsError('NoSuchEntity', message, 404)
    }
    const CreateDate = new Date(user.password.changedAtMs)
    return { LoginProfile: { UserName: user.name, CreateDate, PasswordResetRequired: false } }
  },
})

const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })

/** IAM API Reference, IAM quotas: tags that can be attached to a user. */
const TAGS_PER_USER = 50

const writeTags = (call: Call, user: User, tags: ReadonlyMap<string, string>): void =>
  user.tags.write(tags, call.nowMs, call.world.settings.consistencyMs)

const tagUser = operation({
  name: 'TagUser',
  mutates: true,
  input: z.object({ UserName: userName, Tags: z.array(tag).max(TAGS_PER_USER) }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const added = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value]))
    const tags = retagged(user.tags.latest, { added })
    if (tags.size > TAGS_PER_USER) {
      const message = `Cannot exceed quota for TagsPerUser: ${TAGS_PER_USER}`
      throw new AwsError('LimitExceeded', message, 409)
    }
    writeTags(call, user, tags)
    const of = { userName: user.name, userId: user.id }
    call.record(user.accountId, { kind: 'user-tagged', tags: added, ...of })
    return {}
  },
})

const untagUser = operation({
  name: 'UntagUser',
  mutates: true,
  input: z.object({ UserName: userName, TagKeys: z.array(z.string()).max(TAGS_PER_USER) }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    writeTags(call, user, retagged(user.tags.latest, { removed: input.TagKeys }))
    const of = { userName: user.name, userId: user.id }
    call.record(user.accountId, { kind: 'user-untagged', tagKeys: input.TagKeys, ...of })
    return {}
  },
})

export const iamUsers = [
  listUsers,
  getUser,
  listUserTags,
  listGroupsForUser,
  getGroup,
  getLoginProfile,
  tagUser,
  untagUser,
]
