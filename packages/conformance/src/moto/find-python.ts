import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

/** What the pinned packages of requirements.txt take. */
const oldest = { major: 3, minor: 10 }
const commands = ['python3', 'python'] as const

const Python = z.object({
  /** Absolute. */
  path: z.string(),
  major: z.number(),
  minor: z.number(),
  /** Whatever decides which builds of a package fit: version, interpreter, machine. */
  build: z.string(),
})
export type Python = z.infer<typeof Python>

const about = `
import json, platform, sys
print(json.dumps({
    "path": sys.executable,
    "major": sys.version_info.major,
    "minor": sys.version_info.minor,
    "build": f"{sys.version} {platform.platform()}",
}))
`

/** There is no Python that can run moto. */
class PythonMissing extends Error {
  readonly code = 'KEYNAG_PYTHON_MISSING'

  constructor(seen: readonly string[]) {
    super(
      `moto needs Python ${oldest.major}.${oldest.minor} or later on the PATH; ${seen.join('; ')}. ` +
        'Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install ' +
        'python) and run this again.',
    )
    this.name = 'PythonMissing'
  }
}

/**
 * The first Python on the PATH that moto runs on.
 * @throws {PythonMissing}
 */
export const findPython = async (names: readonly string[] = commands): Promise<Python> => {
  const seen: string[] = []
  for (const name of names) {
    const python = await ask(name).catch(() => undefined)
    if (python === undefined) {
      seen.push(`${name} does not run`)
      continue
    }
    const { major, minor } = python
    if (major === oldest.major && minor >= oldest.minor) return python
    seen.push(`${name} is ${major}.${minor}`)
  }
  throw new PythonMissing(seen)
}

const ask = async (name: string): Promise<Python> => {
  const { stdout } = await run(name, ['-c', about])
  return Python.parse(JSON.parse(stdout))
}
