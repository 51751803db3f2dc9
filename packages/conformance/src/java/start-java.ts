import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Loopback } from '@keynag/fake-aws/loopback'
import { classPath, type Profile } from './class-path.ts'
import { JavaUnusable } from './java-error.ts'

const oldestJava = 17

/**
 * Runs a Java program of this folder. The program prints the port that it listens on, and ends when
 * its standard input closes, so it cannot outlive the tests.
 * @throws {JavaUnusable}
 */
export async function startJava(profile: Profile, program: string): Promise<Loopback> {
  await checkJava()
  const libraries = await classPath(profile)
  const source = join(import.meta.dirname, program)
  const child = spawn(
    'java',
    [`-Djava.library.path=${libraries}`, '-cp', join(libraries, '*'), source],
    { env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' }, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const port = await portOf(child)
  if (port === undefined) {
    throw new JavaUnusable(`${program} did not start: ${said.join('').trim().slice(-2_000)}`)
  }
  child.stdout.resume()
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

/** The port that the program prints; undefined when the program ended before it listened. */
async function portOf({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined
  for await (const line of createInterface(stdout)) {
    const port = /^listening on port (\d+)$/.exec(line)?.[1]
    if (port !== undefined) return port
  }
  return undefined
}

/** Checks for a JDK: the programs are run from source, which needs its module `jdk.compiler`. */
async function checkJava(): Promise<void> {
  const { stdout } = await promisify(execFile)('java', ['--describe-module', 'jdk.compiler']).catch(
    (error: unknown) => {
      throw new JavaUnusable('No `java` with a compiler is installed.', error)
    },
  )
  const version = Number(/^jdk\.compiler@(\d+)/.exec(stdout)?.[1])
  if (!(version >= oldestJava)) {
    throw new JavaUnusable(`\`java\` is version ${stdout.split('\n')[0]}.`)
  }
}
