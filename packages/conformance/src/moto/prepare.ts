import { motoPython } from './environment.ts'

/** Installs moto before the first test, so that a missing Python is reported only once. */
export default async function prepare(): Promise<void> {
  await motoPython()
}
