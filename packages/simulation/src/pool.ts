import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { perform, type Job } from './jobs.ts'
import { add, type Tally } from './tally.ts'

/** Does the jobs on all cores, and adds their results to the tally. */
export async function performAll(
  tally: Tally,
  jobs: readonly Job[],
  workers = availableParallelism(),
): Promise<void> {
  if (workers < 2 || jobs.length < 2) {
    for (const job of jobs) add(tally, await perform(job))
    return
  }
  const left = [...jobs]
  const crew = Array.from({ length: Math.min(workers, jobs.length) }, () => work(tally, left))
  await Promise.all(crew)
}

function work(tally: Tally, left: Job[]): Promise<void> {
  const worker = new Worker(new URL(import.meta.url))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const next = (): void => {
    const job = left.shift()
    if (job === undefined) void worker.terminate().then(() => resolve())
    else worker.postMessage(job)
  }
  worker.on('message', (done: Tally) => {
    add(tally, done)
    next()
  })
  worker.on('error', reject)
  next()
  return promise
}

if (!isMainThread) {
  parentPort?.on('message', (job: Job) => {
    void perform(job).then((tally) => parentPort?.postMessage(tally))
  })
}
