import Datasets
import Testing

@testable import Diagnosis

@Suite struct RulesTests {
  @Test(
    arguments: [
      (1_024, 4_096, DiagnosticCheck.Status.ok, nil), (1_023, 4_096, .failure, "ulimit -n 1024"),
      (256, 512, .failure, "hard limit"),
    ] as [(UInt64, UInt64, DiagnosticCheck.Status, String?)])
  func openFiles(soft: UInt64, hard: UInt64, status: DiagnosticCheck.Status, remedy: String?) {
    let check = DiagnosticCheck.openFiles(soft: soft, hard: hard)
    #expect(check.status == status)
    #expect(check.found.contains("\(soft)") && check.found.contains("\(hard)"))
    if let remedy { #expect(check.remedy?.contains(remedy) == true) } else { #expect(check.remedy == nil) }
  }

  @Test(
    arguments: [
      (nil, 5_000_000_000, .ok), (nil, 1_000_000_000, .warning), (nil, 100_000_000, .failure),
      (nil, nil, .warning),
      ("Permission denied", nil, .failure),
    ] as [(String?, UInt64?, DiagnosticCheck.Status)])
  func results(refusal: String?, free: UInt64?, status: DiagnosticCheck.Status) {
    let check = DiagnosticCheck.results(folder: "/some/results", refusal: refusal, freeBytes: free)
    #expect(check.status == status)
    #expect(check.found.contains("/some/results"))
    if let refusal { #expect(check.found.contains(refusal)) }
  }

  @Test func datasets() {
    let verified = DiagnosticCheck.dataset(.mnist, .verified(path: "/data/mnist", source: "idx files"))
    #expect(verified.status == .ok && verified.remedy == nil && verified.found.contains("/data/mnist"))
    #expect(verified.found.contains("idx files"))
    let missing = DiagnosticCheck.dataset(.fmnist, .missing(message: "not there"))
    #expect(missing.status == .warning && missing.remedy == "run `igr data fetch fmnist`")
    let optional = DiagnosticCheck.dataset(.celebA, .missing(message: "not there"))
    #expect(optional.status == .ok && optional.found.contains("igr data fetch celeb_a"))
    let damaged = DiagnosticCheck.dataset(.mnist, .damaged(message: "other bytes"))
    #expect(damaged.status == .failure && damaged.found == "other bytes")
  }

  @Test func kernelsOtherThanRequestedAreAWarning() {
    let check = { DiagnosticCheck.kernels(target: "avx2", requested: $0, processor: "P", cores: 2) }
    #expect(check(nil).status == .ok && check("avx2").status == .ok)
    #expect(check("avx512").status == .warning && check("avx512").found.contains("avx512"))
  }

  @Test func textHasTheRemedyOnALineOfItsOwn() {
    #expect(
      DiagnosticCheck.openFiles(soft: 10, hard: 4_096).text
        == "FAILURE  open-file limit: 10 (at most 4096)\n         → run `ulimit -n 1024` in this shell before igr"
    )
    #expect(DiagnosticCheck.python(versions: "h5py 3").text == "ok       Python readers: h5py 3")
  }
}
