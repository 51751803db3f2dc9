import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

/** The oldest Python that the pinned packages of requirements.txt support. */
const oldest = { major: 3, minor: 10 }
const commands = ['python3', 'python'] as const

const Python = z.object({
  /** The absolute path. */
  path: z.string(),
  major: z.number(),
  minor: z.number(),
  /** Version, interpreter and machine, which decide the builds of packages that pip installs. */
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

/** No installed Python can run moto. */
class PythonMissing extends Error {
  readonly code = 'KEYNAG_PYTHON_MISSING'

  constructor(seen: readonly string[]) {
    super(
      `moto needs Python ${oldest.major}.${oldest.minor} or later on the PATH; ${seen.join('; ')}. ` +
        'Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install ' +
        'python) and run the tests again.',
    )
    this.name = 'PythonMissing'
  }
}

/**
 * The first Python on the PATH that can run moto.
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
