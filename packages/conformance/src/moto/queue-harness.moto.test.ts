import { queueHarnessContract } from '../queues/queue-harness.contract.ts'
import { startMoto } from './start-moto.ts'

queueHarnessContract("moto's SQS", startMoto)
