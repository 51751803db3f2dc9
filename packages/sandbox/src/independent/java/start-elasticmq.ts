import type { Loopback } from '../../loopback/index.ts'
import { startJava } from './start-java.ts'

/** ElasticMQ, an SQS in Scala, in memory. @throws {JavaUnusable} */
export const startElasticMq = (): Promise<Loopback> => startJava('elasticmq', 'ElasticMq.java')
