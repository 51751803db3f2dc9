import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AwsUnderTest } from './contract/aws-under-test.ts'
import { operationsNotCalled } from './contract/called-operations.ts'
import { credentialReportCases } from './contract/credential-report.ts'
import { credentialCases } from './contract/credentials.ts'
import { documentedBy, type Documented } from './contract/documented.ts'
import { dynamoDbItemCases } from './contract/dynamodb-items.ts'
import { dynamoDbQueryCases } from './contract/dynamodb-queries.ts'
import { dynamoDbTransactionCases } from './contract/dynamodb-transactions.ts'
import type { Implementation } from './contract/exceptions.ts'
import { iamAccessKeyCases } from './contract/iam-access-keys.ts'
import { iamUserCases } from './contract/iam-users.ts'
import { organizationsCases } from './contract/organizations.ts'
import { secretDeletionCases } from './contract/secret-deletion.ts'
import { secretPolicyCases } from './contract/secret-policies.ts'
import { secretVersionCases } from './contract/secret-versions.ts'
import { sesCases } from './contract/ses.ts'
import { sqsDeadLetterCases } from './contract/sqs-dead-letters.ts'
import { sqsCases } from './contract/sqs.ts'
import { stsCases } from './contract/sts.ts'

type Cases = (documented: Documented, aws: () => AwsUnderTest) => void

const services: Readonly<Record<string, readonly Cases[]>> = {
  IAM: [iamUserCases, iamAccessKeyCases, credentialReportCases],
  STS: [credentialCases, stsCases],
  Organizations: [organizationsCases],
  'Secrets Manager': [secretVersionCases, secretDeletionCases, secretPolicyCases],
  SES: [sesCases],
  SQS: [sqsCases, sqsDeadLetterCases],
  DynamoDB: [dynamoDbItemCases, dynamoDbQueryCases, dynamoDbTransactionCases],
}

/**
 * Checks one implementation of AWS against documented behaviours of every operation that keynag
 * calls. Each test's name is the sentence that it checks.
 */
export const awsContract = (
  implementation: Implementation,
  start: () => Promise<AwsUnderTest>,
): void => {
  describe(`${implementation} behaves as AWS documents`, () => {
    let running: AwsUnderTest | undefined
    const aws = (): AwsUnderTest => {
      if (running === undefined) throw new Error(`${implementation} is not started`)
      return running
    }
    beforeAll(async () => {
      running = await start()
    })
    afterAll(async () => {
      await running?.close()
    })
    const { documented, checkExceptions } = documentedBy(implementation)
    for (const [service, groups] of Object.entries(services)) {
      describe(`in ${service}`, () => {
        for (const cases of groups) cases(documented, aws)
      })
    }
    checkExceptions()
    it('was called for every operation that keynag has a permission for', () => {
      expect(operationsNotCalled()).toEqual([])
    })
  })
}
