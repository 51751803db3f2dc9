import { describe } from 'vitest'
import { accessKeyCases } from './contract/access-keys.ts'
import { activationCases } from './contract/activation.ts'
import { answerCases } from './contract/answers.ts'
import { lastUseCases } from './contract/last-use.ts'
import { listCases } from './contract/lists.ts'
import { reportCases } from './contract/report.ts'
import { secretDeletionCases } from './contract/secret-deletion.ts'
import { secretFetchCases } from './contract/secret-fetches.ts'
import { secretVersionCases } from './contract/secret-versions.ts'
import { trailCases } from './contract/trail.ts'
import { userNameCases } from './contract/user-names.ts'
import { documentedOf, type Documented } from './documented.ts'
import type { Model, StartWorld } from './world-under-test.ts'

const subjects: Readonly<Record<string, (documented: Documented) => void>> = {
  'access keys': accessKeyCases,
  lists: listCases,
  'last use': lastUseCases,
  'keys at work': activationCases,
  'names of users': userNameCases,
  CloudTrail: trailCases,
  'the credential report': reportCases,
  'versions of a secret': secretVersionCases,
  'deletion of a secret': secretDeletionCases,
  'fetches of a secret': secretFetchCases,
  'answers that do not come': answerCases,
}

/** What AWS does behind keynag's ports, tried on one model. docs/adr/0017-two-models-of-aws.md. */
export const twoModelsContract = (model: Model, start: StartWorld): void => {
  describe(`${model} does as AWS documents`, () => {
    const { documented, checkExceptions } = documentedOf(model, start)
    for (const [subject, cases] of Object.entries(subjects)) {
      describe(`of ${subject}`, () => {
        cases(documented)
      })
    }
    checkExceptions()
  })
}
