import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EpochMs, Organization, permanent } from '@keynag/core'
import { z } from 'zod'

/** The paths of the files that a demo writes for `keynag --sandbox`. */
export const sandboxFiles = (folder: string) => ({
  ledger: join(folder, 'ledger'),
  deadLetters: join(folder, 'dead-letters.json'),
  queues: join(folder, 'queues.json'),
  sandbox: join(folder, 'sandbox.json'),
})

const SandboxFile = z.strictObject({
  version: z.literal(1),
  /** The time at the end of the demo. */
  now: EpochMs,
  organization: Organization,
})
type SandboxFile = z.infer<typeof SandboxFile>

/** Writes `sandbox.json`. The demo writes it last, so a folder with this file is complete. */
export async function writeSandboxFile(
  folder: string,
  content: Omit<SandboxFile, 'version'>,
): Promise<void> {
  const path = sandboxFiles(folder).sandbox
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, `${JSON.stringify({ version: 1, ...content }, undefined, 2)}\n`)
  await rename(unfinished, path)
}

/** @throws KeynagError `KEYNAG_SANDBOX_MISSING` */
export async function readSandboxFile(folder: string): Promise<SandboxFile> {
  const path = sandboxFiles(folder).sandbox
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw permanent('KEYNAG_SANDBOX_MISSING', `${folder} is not the folder of a demo`, error)
  })
  try {
    return SandboxFile.parse(JSON.parse(text))
  } catch (error) {
    throw permanent(
      'KEYNAG_SANDBOX_MISSING',
      `${path} does not have the form that a demo writes`,
      error,
    )
  }
}
