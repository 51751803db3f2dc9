import { queueHarnessContract } from '../lambda/queue-harness.contract.ts'
import { startSqs } from './index.ts'

queueHarnessContract('the local SQS', () => startSqs({ calls: { count: () => undefined } }))
