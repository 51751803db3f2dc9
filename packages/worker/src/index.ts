export { portsOf } from '@keynag/functions'
export { healthOf, serveHealth } from './health.ts'
export { workerEnvironment } from './worker-environment.ts'
export { startWorker } from './worker.ts'
