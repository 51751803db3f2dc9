import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { DynamoLedger, SqsDeadLetterQueues } from '@keynag/aws'
import type { OpenSandbox, Place } from '@keynag/cli'
import { permanent, type Clock, type DeadLetterQueues } from '@keynag/core'
import { startDynamoDb, TablesUnreadable, type DynamoDb } from '@keynag/fake-aws/dynamodb'
import { createStageQueues, ledgerTable, region } from '../resources.ts'
import { MessageFileUnreadable, startSqs, UnknownQueue, type Sqs } from '@keynag/fake-aws/sqs'
import { readSandboxFile, sandboxFiles } from './sandbox-file.ts'

const calls = { count: (): void => undefined }
const credentials = { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' }

/**
 * Opens the folder of an earlier demo: the ledger at once, the queues when a command needs them. The
 * clock stands at the end of the demo. The ledger's folder is locked meanwhile, so no second command
 * can change the queues.
 *
 * @throws KeynagError `KEYNAG_SANDBOX_MISSING`, `KEYNAG_SANDBOX_BUSY`
 */
export const openSandbox: OpenSandbox = async (folder): Promise<Place> => {
  const { now, organization } = await readSandboxFile(folder)
  const dynamoDb = await openTables(folder)
  const clock: Clock = { now: () => now, sleep: (ms) => sleep(ms) }
  const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
  let queues: Promise<OpenQueues> | undefined
  return {
    name: `sandbox ${folder}`,
    clock,
    organization,
    operator: () => Promise.resolve('sandbox operator'),
    ledger: new DynamoLedger(settings, ledgerTable, { clock, random: Math.random }),
    reportLedger: (onUnreadable) =>
      new DynamoLedger(settings, ledgerTable, { clock, random: Math.random }, { onUnreadable }),
    queues: async () => (await (queues ??= openQueues(folder))).deadLetters,
    close: async () => {
      // A failure to open the queues was reported already, and leaves nothing to save.
      const opened = await queues?.catch(() => undefined)
      try {
        await opened?.close()
      } finally {
        await dynamoDb.close()
      }
    },
  }
}

async function openTables(folder: string): Promise<DynamoDb> {
  const path = sandboxFiles(folder).ledger
  // LevelDB would create a missing folder.
  if (!existsSync(path)) {
    throw permanent('KEYNAG_SANDBOX_MISSING', `${folder} holds no ledger of a demo`)
  }
  try {
    return await startDynamoDb({ calls, path })
  } catch (error) {
    if (!(error instanceof TablesUnreadable)) throw error
    throw error.isInUse
      ? permanent('KEYNAG_SANDBOX_BUSY', `another process is using ${folder}`, error)
      : permanent('KEYNAG_SANDBOX_MISSING', `the ledger in ${folder} cannot be read`, error)
  }
}

interface OpenQueues {
  readonly deadLetters: DeadLetterQueues
  close(): Promise<void>
}

async function openQueues(folder: string): Promise<OpenQueues> {
  const sqs = await startSqs({ calls, region })
  try {
    const { queueUrls, deadLetterUrls, bounces } = await createStageQueues(sqs)
    await load(sqs, folder)
    const settings = { region, credentials, endpoints: { sqs: sqs.url } }
    return {
      deadLetters: new SqsDeadLetterQueues(settings, {
        queueUrls: { ...queueUrls, bounces: bounces.url },
        deadLetterUrls: { ...deadLetterUrls, bounces: bounces.deadLetter.url },
      }),
      close: async () => {
        try {
          await save(sqs, folder)
        } finally {
          await sqs.close()
        }
      },
    }
  } catch (error) {
    await sqs.close()
    throw error
  }
}

async function load(sqs: Sqs, folder: string): Promise<void> {
  const { deadLetters, queues } = sandboxFiles(folder)
  for (const path of [deadLetters, queues]) {
    try {
      await sqs.load(path)
    } catch (error) {
      if (!(error instanceof MessageFileUnreadable || error instanceof UnknownQueue)) throw error
      throw permanent(
        'KEYNAG_SANDBOX_MISSING',
        `${path} does not have the form that a demo writes`,
        error,
      )
    }
  }
}

/**
 * Saves the queues before the dead letters: a crash between the two writes leaves a replayed message
 * in both files, and loses none.
 */
async function save(sqs: Sqs, folder: string): Promise<void> {
  const { deadLetters, queues } = sandboxFiles(folder)
  await sqs.saveWaiting(queues)
  await sqs.saveDeadLetters(deadLetters)
}
