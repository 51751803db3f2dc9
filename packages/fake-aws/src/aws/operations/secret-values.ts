import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { Sealed } from '../sealed.ts'
import {
  type Secret,
  type SecretVersion,
  addVersion,
  holdsValue,
  moveStage,
  versionAt,
} from '../world/secret.ts'
import { type Call, operation } from './operation.ts'
import {
  notFound,
  ofSecret,
  permittedSecret,
  requestToken,
  requireKeyUse,
  requireLive,
  requireReadableKey,
  secretId,
  valueInput,
  valueOf,
} from './secret-lookup.ts'

const stage = z.string().min(1).max(256)

const putSecretValue = operation({
  name: 'PutSecretValue',
  mutates: true,
  input: z.object({
    SecretId: secretId,
    ClientRequestToken: requestToken.optional(),
    VersionStages: z.array(stage).min(1).max(20).optional(),
    ...valueInput,
  }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    requireLive(secret)
    requireKeyUse(call, secret, 'GenerateDataKey')
    const value = valueOf(call, input)
    if (value === undefined) {
      throw call.invalid('You must provide either SecretString or SecretBinary.')
    }
    const id =
      input.ClientRequestToken ?? call.world.ids.uuid(secret.arn, secret.versions.size, call.nowMs)
    const known = secret.versions.get(id)
    if (known !== undefined && !holdsValue(known, value)) {
      throw new AwsError(
        'ResourceExistsException',
        `You can't change the value of the existing version ${id}; a new version needs a new ClientRequestToken.`,
      )
    }
    const version =
      known ??
      addVersion(
        secret,
        { id, value: new Sealed(value), createdAtMs: call.nowMs },
        input.VersionStages,
      )
    const stages = [...version.stages]
    if (known === undefined) {
      secret.changedAtMs = call.nowMs
      const happening = { kind: 'secret-version-put', versionId: id, stages } as const
      call.record(secret.accountId, { ...happening, ...ofSecret(secret) })
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages }
  },
})

const versionWanted = (
  call: Call,
  secret: Secret,
  id: string | undefined,
  label: string | undefined,
): SecretVersion => {
  const staged = label ?? (id === undefined ? 'AWSCURRENT' : undefined)
  const version = id === undefined ? versionAt(secret, staged ?? '') : secret.versions.get(id)
  if (version === undefined) {
    const by = id === undefined ? `staging label: ${staged}` : `VersionId: ${id}`
    throw notFound(`Secrets Manager can't find the specified secret value for ${by}`)
  }
  if (staged !== undefined && !version.stages.has(staged)) {
    throw call.invalid('VersionId and VersionStage must name the same version.')
  }
  return version
}

const getSecretValue = operation({
  name: 'GetSecretValue',
  input: z.object({
    SecretId: secretId,
    VersionId: requestToken.optional(),
    VersionStage: stage.optional(),
  }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    requireLive(secret)
    requireReadableKey(call, secret)
    requireKeyUse(call, secret, 'Decrypt')
    const version = versionWanted(call, secret, input.VersionId, input.VersionStage)
    secret.lastReadMs = call.nowMs
    const stages = [...version.stages]
    const happening = { kind: 'secret-read', versionId: version.id, stages } as const
    call.record(secret.accountId, { ...happening, ...ofSecret(secret) })
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...version.value.reveal(),
      VersionStages: stages,
      CreatedDate: new Date(version.createdAtMs),
    }
  },
})

/** A version without labels is deprecated, and is listed only with IncludeDeprecated. */
const listSecretVersionIds = operation({
  name: 'ListSecretVersionIds',
  input: z.object({
    SecretId: secretId,
    IncludeDeprecated: z.boolean().default(false),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(100).default(100),
  }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    const versions = [...secret.versions.values()]
      .filter(({ stages }) => input.IncludeDeprecated || stages.size > 0)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const page = call.world.pager.page(versions, ({ id }) => id, {
      listing: `${secret.arn} ${input.IncludeDeprecated}`,
      token: input.NextToken,
      size: input.MaxResults,
    })
    if (page === undefined) throw new AwsError('InvalidNextTokenException', 'Invalid NextToken.')
    const Versions = page.items.map((version) => ({
      VersionId: version.id,
      VersionStages: [...version.stages],
      CreatedDate: new Date(version.createdAtMs),
    }))
    return { ARN: secret.arn, Name: secret.name, Versions, NextToken: page.next }
  },
})

/** A label that another version has moves only when RemoveFromVersionId names that version. */
const requireRemoveFrom = (
  call: Call,
  label: string,
  from: SecretVersion | undefined,
  named: string | undefined,
): void => {
  if (named !== undefined && named !== from?.id) {
    throw call.invalid(`Staging label ${label} isn't attached to version ${named}.`)
  }
  if (named === undefined && from !== undefined) {
    throw call.invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${from.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
}

const updateSecretVersionStage = operation({
  name: 'UpdateSecretVersionStage',
  mutates: true,
  input: z.object({
    SecretId: secretId,
    VersionStage: stage,
    RemoveFromVersionId: requestToken.optional(),
    MoveToVersionId: requestToken.optional(),
  }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    requireLive(secret)
    const label = input.VersionStage
    const answer = { ARN: secret.arn, Name: secret.name }
    const from = versionAt(secret, label)
    const to =
      input.MoveToVersionId === undefined ? undefined : secret.versions.get(input.MoveToVersionId)
    if (input.MoveToVersionId !== undefined && to === undefined) {
      throw notFound(
        `Secrets Manager can't find the specified secret version: ${input.MoveToVersionId}.`,
      )
    }
    // Undocumented: the model answers a repeated move with success.
    if (to !== undefined && to === from) return answer
    requireRemoveFrom(call, label, from, input.RemoveFromVersionId)
    if (label === 'AWSCURRENT' && to === undefined) {
      throw call.invalid(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      )
    }
    moveStage(secret, label, to)
    secret.changedAtMs = call.nowMs
    call.record(secret.accountId, {
      kind: 'secret-stage-moved',
      stage: label,
      fromVersionId: from?.id,
      toVersionId: to?.id,
      ...ofSecret(secret),
    })
    return answer
  },
})

export const secretValues = [
  putSecretValue,
  getSecretValue,
  listSecretVersionIds,
  updateSecretVersionStage,
]
