import { queueHarnessContract } from '../queues/queue-harness.contract.ts'
import { startSqs } from '@keynag/fake-aws/sqs'

queueHarnessContract('the local SQS', () => startSqs({ calls: { count: () => undefined } }))
