import { expect } from 'vitest'
import type { Documented } from '../documented.ts'
import { allOf, aMoment, aUserWithAKey, createdKey, listed, refOf, sessionName } from '../given.ts'
import type { WorldOptions, WorldUnderTest } from '../world-under-test.ts'

const eventual = 'IAM User Guide, Troubleshoot IAM: changes are not always immediately visible'
const list = 'IAM API Reference, ListAccessKeys'

/** Nothing shows until the lag is nearly over; everything shows after it. */
async function showsLate(
  aws: WorldUnderTest,
  { before, after }: { before: readonly string[]; after: readonly string[] },
): Promise<void> {
  expect(await listed(aws)).toStrictEqual(before)
  aws.advance(aws.lags.list - aMoment)
  expect(await listed(aws)).toStrictEqual(before)
  aws.advance(aMoment)
  expect(await listed(aws)).toStrictEqual(after)
}

export const listCases = (documented: Documented): void => {
  for (const lists of ['usual', 'late'] as const) {
    const isLate = lists === 'late' ? ', and may take a minute' : ''
    changesShow(isLate, { lists }, documented)
  }

  documented('A user without access keys has an empty list', list, async (aws) => {
    aws.addUser('ann')
    expect(await listed(aws)).toStrictEqual([])
  })

  documented('The list of a user that is not there is NoSuchEntity', list, async (aws) => {
    expect(await listed(aws)).toBeUndefined()
  })

  documented('A key was created at a whole second', list, async (aws) => {
    aws.addUser('ann')
    aws.advance(123)
    const createdAt = aws.now()
    const id = aws.makeKey('ann')
    aws.advance(aws.lags.list)
    expect(await aws.iam.accessKeys(aws.account, 'ann')).toStrictEqual([
      { accessKeyId: id, status: 'Active', createdAt: createdAt - (createdAt % 1_000) },
    ])
  })

  documented(
    'GetAccountAuthorizationDetails has every user of the account, with tags',
    'IAM API Reference, GetAccountAuthorizationDetails',
    async (aws) => {
      aws.addUser('ann')
      aws.addUser('bob')
      aws.tagUser('bob', { owner: 'bob@example.com' })
      aws.advance(aws.lags.list)
      const users = await allOf(aws.iam.users(aws.account))
      expect(new Map(users.map(({ userName, tags }) => [String(userName), tags]))).toStrictEqual(
        new Map([
          ['ann', {}],
          ['bob', { owner: 'bob@example.com' }],
        ]),
      )
      const bob = await refOf(aws, 'bob')
      expect(users.find(({ userId }) => userId === bob.userId)).toMatchObject(bob)
      expect(await allOf(aws.iam.users(aws.otherAccount))).toStrictEqual([])
    },
  )
}

function changesShow(isLate: string, options: WorldOptions, documented: Documented): void {
  documented(
    `A list shows a new key late${isLate}`,
    eventual,
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      const { accessKeyId } = await createdKey(aws, user)
      const after = [`${key} Active`, `${accessKeyId} Active`].toSorted()
      await showsLate(aws, { before: [`${key} Active`], after })
    },
    options,
  )

  documented(
    `A list shows the first key of a user late${isLate}`,
    eventual,
    async (aws) => {
      aws.addUser('ann')
      const id = aws.makeKey('ann')
      await showsLate(aws, { before: [], after: [`${id} Active`] })
    },
    options,
  )

  documented(
    `A list shows a change of status late${isLate}`,
    eventual,
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      await aws.mutations.deactivate(user, key, sessionName)
      await showsLate(aws, { before: [`${key} Active`], after: [`${key} Inactive`] })
    },
    options,
  )

  documented(
    `A list shows a deletion late${isLate}`,
    eventual,
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      await aws.mutations.delete(user, key, sessionName)
      await showsLate(aws, { before: [`${key} Active`], after: [] })
    },
    options,
  )
}
