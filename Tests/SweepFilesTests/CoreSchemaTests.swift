import Testing
import Trials

@testable import SweepFiles

@Suite struct CoreSchemaTests {
  static let scalars: [(String, HyperparameterValue?)] = [
    ("", nil), ("~", nil), ("null", nil), ("Null", nil), ("NULL", nil), ("nULL", .string("nULL")),
    ("true", .boolean(true)), ("False", .boolean(false)), ("tRue", .string("tRue")),
    ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("off", .string("off")),
    ("1", .integer(1)), ("-7", .integer(-7)), ("+3", .integer(3)), ("007", .integer(7)),
    ("0o17", .integer(15)),
    ("0xfF", .integer(255)), ("0x", .string("0x")), ("0o9", .string("0o9")), ("0x-1", .string("0x-1")),
    ("1_000", .string("1_000")), ("1:30", .string("1:30")), ("2024-01-01", .string("2024-01-01")),
    ("1e-3", .real(1e-3)), ("1.0e-3", .real(1e-3)), ("1E5", .real(1e5)), ("1.", .real(1)), (".5", .real(0.5)),
    ("-.5", .real(-0.5)), ("+.5e1", .real(5)), ("1.e2", .real(100)), ("0.1", .real(0.1)), (".", .string(".")),
    ("e3", .string("e3")), ("1e", .string("1e")), ("-", .string("-")), ("1.2.3", .string("1.2.3")),
    ("99999999999999999999", .real(1e20)), (".inf", .real(.infinity)), ("-.INF", .real(-.infinity)),
    ("inf", .string("inf")), ("nan", .string("nan")), ("0b1", .string("0b1")),
    ("١", .string("١")),
  ]

  @Test(arguments: scalars) func typesPlainScalars(_ text: String, _ value: HyperparameterValue?) {
    #expect(CoreSchema.value(ofPlain: text) == value)
  }

  @Test func notANumberIsARealNumber() {
    guard case .real(let value)? = CoreSchema.value(ofPlain: ".nan") else {
      Issue.record("no real")
      return
    }
    #expect(value.isNaN)
  }
}
