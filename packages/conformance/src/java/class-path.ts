import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { JavaUnusable } from './java-error.ts'

/** A profile of `pom.xml`. */
export type Profile = 'dynamodb-local' | 'elasticmq'

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin'
const pom = join(import.meta.dirname, 'pom.xml')
const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))

/**
 * The folder with the libraries of a profile. Maven downloads them once. After a change of
 * `pom.xml`, a new folder is used.
 * @throws {JavaUnusable}
 */
export async function classPath(profile: Profile): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12)
  const home = join(cache, `java-${version}`)
  const folder = join(home, profile)
  if (await exists(folder)) return folder
  await mkdir(home, { recursive: true })
  const unfinished = await mkdtemp(`${folder}-`)
  await fetchLibraries(profile, unfinished)
  // Another process may have finished first; its libraries are the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }))
  return folder
}

async function fetchLibraries(profile: Profile, folder: string): Promise<void> {
  const goal = [`${plugin}:copy-dependencies`, '-DincludeScope=runtime']
  const into = `-DoutputDirectory=${folder}`
  const maven = ['--batch-mode', '--quiet', '--file', pom, '--activate-profiles', profile]
  try {
    await promisify(execFile)('mvn', [...maven, ...goal, into])
  } catch (error) {
    await rm(folder, { recursive: true })
    throw new JavaUnusable(`Maven could not download ${profile}: ${outputOf(error)}.`, error)
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

const outputOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT') return '`mvn` is not installed'
  return ('stdout' in error ? String(error.stdout) : error.message).trim().slice(0, 2_000)
}
