import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { restingMessage, type RestingMessage } from './resting-message.ts'

const messageFile = z.object({ version: z.literal(1), messages: z.array(restingMessage) })

/** A file does not have the form that `saveDeadLetters` writes. */
export class MessageFileUnreadable extends Error {
  readonly code = 'KEYNAG_MESSAGE_FILE_UNREADABLE'

  constructor(path: string, cause: unknown) {
    super(`${path} is not a file of saved messages. Save it again, or delete it.`, { cause })
    this.name = 'MessageFileUnreadable'
  }
}

/** Writes the file completely or not at all. */
export const writeMessages = async (path: string, messages: RestingMessage[]) => {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, `${JSON.stringify({ version: 1, messages }, undefined, 2)}\n`)
  await rename(unfinished, path)
}

/** @throws {MessageFileUnreadable} also when there is no such file */
export const readMessages = async (path: string): Promise<RestingMessage[]> => {
  try {
    return messageFile.parse(JSON.parse(await readFile(path, 'utf8'))).messages
  } catch (error) {
    throw new MessageFileUnreadable(path, error)
  }
}
