import { queueHarnessContract } from '../queues/queue-harness.contract.ts'
import { startElasticMq } from './start-elasticmq.ts'

queueHarnessContract('ElasticMQ', startElasticMq)
