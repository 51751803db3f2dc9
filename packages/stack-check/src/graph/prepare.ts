import { makePlatform } from '../make-platform.ts'

/** Makes SST's own components from the npm registry, before the first test. */
export default function prepare(): void {
  makePlatform()
}
