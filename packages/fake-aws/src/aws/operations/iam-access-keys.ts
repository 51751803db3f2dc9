import { z } from 'zod'
import { AwsError, serviceError } from '../aws-error.ts'
import { callerArn } from '../policy/caller.ts'
import { keysSeen } from '../world/access-key.ts'
import { KEYS_PER_USER } from '../world/key-ring.ts'
import { userArn } from '../world/user.ts'
import {
  accessKeyId,
  heldKey,
  noSuchKey,
  pageOf,
  paging,
  permittedUser,
  userName,
} from './iam-lookup.ts'
import { operation } from './operation.ts'
import { permit } from './permission.ts'

const listAccessKeys = operation({
  name: 'ListAccessKeys',
  input: z.object({ UserName: userName.optional(), ...paging }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const keys = [...keysSeen(user, call.nowMs)].sort((a, b) => (a.id < b.id ? -1 : 1))
    const { items, end } = pageOf(call, user.id, input, keys, (key) => key.id)
    const AccessKeyMetadata = items.map((key) => ({
      UserName: user.name,
      AccessKeyId: key.id,
      Status: key.status.seenAt(call.nowMs),
      CreateDate: new Date(key.createdAtMs),
    }))
    return { UserName: user.name, AccessKeyMetadata, ...end }
  },
})

/**
 * For a key of another account AWS does not usually answer NoSuchEntity. It cannot say which user's
 * permission it should check, so it denies access and names the key. (Observed on AWS; an
 * edition of the API Reference lists NoSuchEntity, see `Settings.unknownKey`.)
 */
const getAccessKeyLastUsed = operation({
  name: 'GetAccessKeyLastUsed',
  input: z.object({ AccessKeyId: accessKeyId }),
  perform: (call, input) => {
    const key = call.world.keys.get(input.AccessKeyId)
    const known = key?.exists.seenAt(call.nowMs) === true && key.user.accountId === call.account.id
    if (key === undefined || !known) {
      if (call.world.settings.unknownKey === 'no-such-entity') throw noSuchKey(input.AccessKeyId)
      const subject = `User: ${callerArn(call.caller)} is not authorized to perform`
      const object = `iam:GetAccessKeyLastUsed on resource: access key ${input.AccessKeyId}`
      throw serviceError('iam', 'denied', `${subject}: ${object}`)
    }
    permit(call, { resource: userArn(key.user) })
    const use = key.lastUse.seenAt(call.nowMs)
    return {
      UserName: key.user.name,
      AccessKeyLastUsed: {
        LastUsedDate: use === undefined ? undefined : new Date(use.atMs),
        ServiceName: use?.service ?? 'N/A',
        Region: use?.region ?? 'N/A',
      },
    }
  },
})

const createAccessKey = operation({
  name: 'CreateAccessKey',
  mutates: true,
  input: z.object({ UserName: userName.optional() }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const key = call.world.keys.create(user, call.actor, call.loggedInput())
    if (key === undefined) {
      const message = `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`
      throw new AwsError('LimitExceeded', message, 409)
    }
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.id,
        Status: 'Active',
        SecretAccessKey: key.secret.reveal(),
        CreateDate: new Date(key.createdAtMs),
      },
    }
  },
})

const updateAccessKey = operation({
  name: 'UpdateAccessKey',
  mutates: true,
  input: z.object({
    UserName: userName.optional(),
    AccessKeyId: accessKeyId,
    Status: z.enum(['Active', 'Inactive'], { error: 'Member must be Active or Inactive' }),
  }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    const key = heldKey(user, input.AccessKeyId)
    if (key.status.latest === 'Expired') {
      throw new AwsError('InvalidInput', `The Access Key with id ${key.id} has expired.`)
    }
    call.world.keys.setStatus(key, input.Status, call.actor, call.loggedInput())
    return {}
  },
})

const deleteAccessKey = operation({
  name: 'DeleteAccessKey',
  mutates: true,
  input: z.object({ UserName: userName.optional(), AccessKeyId: accessKeyId }),
  perform: (call, input) => {
    const user = permittedUser(call, input.UserName)
    call.world.keys.remove(heldKey(user, input.AccessKeyId), call.actor, call.loggedInput())
    return {}
  },
})

export const iamAccessKeys = [
  listAccessKeys,
  getAccessKeyLastUsed,
  createAccessKey,
  updateAccessKey,
  deleteAccessKey,
]
