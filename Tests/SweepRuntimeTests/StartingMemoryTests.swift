import Glibc
import ResultStore
import SweepRuntime
import Testing

/// What `igr-coordinator` does after each part of its beginning.
@Suite struct StartingMemoryTests {
  /// Every page of the program is touched first, so that what other tests touch meanwhile is little beside it.
  @Test func programPagesAreGivenBackAndComeBackWhenTheyAreNeeded() throws {
    let before = try residentProgramKiB(touching: true)
    StartingMemory.giveBack()
    let after = try residentProgramKiB(touching: false)
    #expect(after < before / 2, "\(after) KiB of \(before) KiB of the program are still in memory")
  }

  /// Resident memory of what is mapped from this program's file for running it.
  private func residentProgramKiB(touching: Bool) throws -> Int {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var sum = 0
    var isProgram = false
    for line in try DurableFile.read("/proc/self/smaps").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 5, words[1].count == 4, words[0].contains("-") {
        isProgram = words[1] == "r-xp" && words.last.map(String.init) == program
        if isProgram, touching { touch(words[0]) }
      } else if isProgram, words.first == "Rss:" {
        sum += Int(words[1]) ?? 0
      }
    }
    return touching ? try residentProgramKiB(touching: false) : sum
  }

  /// Reads a byte of every page of `begin-end`, in hexadecimal digits.
  private func touch(_ range: Substring) {
    let ends = range.split(separator: "-").compactMap { UInt($0, radix: 16) }
    var sum = 0
    for address in stride(from: ends[0], to: ends[1], by: 4096) {
      // The kernel has just named it as a readable part of the program, which stays mapped while the program runs.
      let byte = UnsafeRawPointer(bitPattern: address).map { $0.load(as: UInt8.self) } ?? 0
      sum &+= Int(byte)
    }
    #expect(sum != 0)
  }

}
