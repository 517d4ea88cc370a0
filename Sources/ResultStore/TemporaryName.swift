import Glibc
import Synchronization

/// Names of files that are not complete yet: hidden, unique, and telling whose they are, so that what a killed
/// process left can be removed without touching what a living one writes.
enum TemporaryName {
  private static let counter = Atomic<Int>(0)
  private static let ending = ".new"

  /// A new name in the folder of `path`: `.<name>.<host>.<process>.<counter>.new`.
  static func beside(_ path: String) -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    let folder = DurableFile.folder(of: path)
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    return "\(folder)/.\(name).\(host).\(getpid()).\(number)\(ending)"
  }

  /// Of `names`, those that a process of this host made that has ended.
  static func leftovers(among names: [String]) -> [String] {
    names.filter { name in
      guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
      let parts = name.dropLast(ending.count).split(separator: ".")
      guard parts.count >= 4, parts[parts.count - 3] == host, let process = Int32(parts[parts.count - 2])
      else { return false }
      return kill(process, 0) != 0 && errno == ESRCH
    }
  }

  /// The first part of this machine's name, which has no dot.
  private static let host: String = {
    var bytes = [CChar](repeating: 0, count: 256)
    gethostname(&bytes, bytes.count - 1)
    let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.split(separator: ".").first.map(String.init) ?? "host"
  }()
}
