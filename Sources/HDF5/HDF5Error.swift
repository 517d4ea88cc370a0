import CHDF5
import Glibc

/// A file and an object in it, for messages.
public struct HDF5Place: Hashable, Sendable, CustomStringConvertible {
  /// The file's path as it was given.
  public let file: String
  /// The object's absolute path in the file; an attribute follows after `@`.
  public let object: String

  /// `file:object`, or the file alone for its root.
  public var description: String { object == "/" ? file : "\(file):\(object)" }
}

/// Why an HDF5 operation failed.
public struct HDF5Error: Error, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public struct Code: Hashable, Sendable {
    let name: String
    /// There is no such file, object or attribute.
    public static let missing = Code(name: "missing")
    /// The file exists and is not HDF5.
    public static let notHDF5 = Code(name: "not HDF5")
    /// The stored type or shape is not the one that was asked for.
    public static let typeMismatch = Code(name: "type mismatch")
    /// What was to be written cannot be: a text with a NUL, a count that is not the shape's.
    public static let invalidValue = Code(name: "invalid value")
    /// The file was closed before.
    public static let closed = Code(name: "closed")
    /// A library call failed; `stack` has the library's words.
    public static let library = Code(name: "library")
  }

  public let code: Code
  public let place: HDF5Place
  /// What happened, in a sentence without the place.
  public let message: String
  /// HDF5's own error stack, innermost call first; empty for errors found by this module.
  public let stack: [String]
  /// The system's error number, where the stack names one.
  public let systemError: Int32?

  init(_ code: Code, _ place: HDF5Place, _ message: String) {
    self.code = code
    self.place = place
    self.message = message
    stack = []
    systemError = nil
  }

  /// Takes the library's error stack of the call that has just failed in this thread.
  init(failed call: StaticString, at place: HDF5Place) {
    let stack = Self.currentStack()
    let systemError = stack.lazy.compactMap(Self.systemError(in:)).first
    code = .library
    self.place = place
    self.stack = stack
    self.systemError = systemError
    let reason = systemError.map { String(cString: strerror($0)) } ?? stack.first ?? "no reason given"
    message = "\(call) failed: \(reason)"
  }

  public var description: String { "\(place): \(message)" }

  private static func currentStack() -> [String] {
    var lines: [String] = []
    withUnsafeMutablePointer(to: &lines) { lines in
      _ = H5Ewalk2(
        igr_h5e_default(), H5E_WALK_UPWARD,
        { _, entry, context in
          guard let entry, let context else { return 0 }
          let function = entry.pointee.func_name.map { String(cString: $0) } ?? "?"
          let text = entry.pointee.desc.map { String(cString: $0) } ?? ""
          context.assumingMemoryBound(to: [String].self).pointee.append("\(function): \(text)")
          return 0
        }, lines)
    }
    H5Eclear2(igr_h5e_default())
    return lines
  }

  /// The file drivers write `errno = 28, error message = …` into their entries; there is no call that gives it.
  private static func systemError(in line: String) -> Int32? {
    let key = "errno = "
    let bytes = Array(line.utf8)
    let wanted = Array(key.utf8)
    guard bytes.count > wanted.count else { return nil }
    for start in 0..<(bytes.count - wanted.count)
    where bytes[start..<start + wanted.count].elementsEqual(wanted) {
      let digits = bytes[(start + wanted.count)...].prefix { (0x30...0x39).contains($0) }
      return Int32(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}
