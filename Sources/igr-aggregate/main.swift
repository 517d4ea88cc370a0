import Aggregation
import ArgumentParser
import Glibc
import Reporting
import ResultStore
import SweepFiles

do {
  let command = try Aggregate.parse()
  exit(try command.aggregate())
} catch let error as ResultStoreError {
  Aggregate.say("igr-aggregate: \(error)")
  exit(error.code == .disk ? 4 : 2)
} catch let error as SweepFileError {
  Aggregate.say("\(error)")
  exit(2)
} catch let error as AggregationError {
  Aggregate.say("igr-aggregate: \(error)")
  exit(2)
} catch let error as TableRequest.OptionError {
  Aggregate.say("igr-aggregate: \(error)")
  exit(2)
} catch {
  // Help and version are "errors" too, with exit code 0, and belong on standard output.
  guard Aggregate.exitCode(for: error) == .success else {
    Aggregate.say(Aggregate.fullMessage(for: error))
    exit(2)
  }
  print(Aggregate.fullMessage(for: error))
}
