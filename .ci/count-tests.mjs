// Prints how many tests passed and failed. A test file that could not be loaded counts as failed.
import { existsSync, readFileSync } from 'node:fs'

const [, , file] = process.argv
if (file === undefined || !existsSync(file)) {
  console.log('0 1')
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  console.log(`${numPassedTests} ${numFailedTests + broken}`)
}
