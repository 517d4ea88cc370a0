import FoundationEssentials
import SweepFiles
import Testing

/// The files under sweeps/ mean what their README says.
@Suite struct ShippedSweepsTests {
  static let counts = [("quickstart", 8), ("mnist-vae", 10)]

  @Test(arguments: counts) func plansWithoutAWarning(_ name: String, _ count: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let plan = try SweepDefinition.read(path: root.appending(path: "sweeps/\(name).yaml").path)
      .plan { _ in "data" }
    #expect(plan.sweep.name == name)
    #expect(plan.sweep.trials.count == count)
    #expect(plan.warnings == [])
    #expect(plan.sweep.trials.allSatisfy { $0.configuration.latentDiscreteN == 10 })
  }
}
